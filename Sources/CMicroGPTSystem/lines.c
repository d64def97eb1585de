#include "mgpt_files.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

// Takes away what stands after the last line's end, reading from the end.
static int drop_last_without_end(int descriptor, off_t length) {
  char bytes[4096];
  while (length > 0) {
    const off_t start =
        length > (off_t)sizeof bytes ? length - (off_t)sizeof bytes : 0;
    const ssize_t count =
        pread(descriptor, bytes, (size_t)(length - start), start);
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) return count < 0 ? -errno : -EIO;
    for (ssize_t at = count; at > 0; at--)
      if (bytes[at - 1] == '\n')
        return ftruncate(descriptor, start + at) < 0 ? -errno : 0;
    length = start;
  }
  return ftruncate(descriptor, 0) < 0 ? -errno : 0;
}

int mgpt_open_for_more_lines(const char *path, int keeps) {
  // To read from a pipe as well would keep it alive when its reader is gone.
  if (mgpt_is_stream(path)) return mgpt_open_stream(path);
  struct stat found;
  const int access = O_RDWR | O_CREAT | (keeps ? 0 : O_TRUNC);
  int descriptor;
  do {
    descriptor = open(path, access | O_APPEND | O_CLOEXEC, 0666);
  } while (descriptor < 0 && errno == EINTR);
  if (descriptor < 0) return -errno;
  const int result = fstat(descriptor, &found) < 0 ? -errno
                     : S_ISREG(found.st_mode)
                         ? drop_last_without_end(descriptor, found.st_size)
                         : 0;
  if (result < 0) close(descriptor);
  return result < 0 ? result : descriptor;
}
