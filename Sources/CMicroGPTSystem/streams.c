#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "mgpt_files.h"

// The number that a name consists of, or -1.
static int number_of(const char *name) {
  int number = 0;
  if (*name == 0) return -1;
  for (; *name != 0; name++) {
    if (*name < '0' || *name > '9' || number > 1000000) return -1;
    number = 10 * number + (*name - '0');
  }
  return number;
}

// Whether a folder is that of this process's descriptors.
static int is_folder_of_descriptors(const char *path) {
  char folder[PATH_MAX], descriptors[PATH_MAX];
  return realpath(path, folder) != NULL &&
         realpath("/dev/fd", descriptors) != NULL &&
         strcmp(folder, descriptors) == 0;
}

int mgpt_descriptor_of_path(const char *path) {
  char hop[PATH_MAX];
  if (strlen(path) >= sizeof hop) return -1;
  strcpy(hop, path);
  for (int hops = 0; hops < 40; hops++) {
#if defined(__APPLE__)
    // There these are devices.
    static const char *const names[] = {"/dev/stdin", "/dev/stdout",
                                        "/dev/stderr"};
    for (int number = 0; number < 3; number++)
      if (strcmp(hop, names[number]) == 0) return number;
#endif
    char folder[PATH_MAX];
    strcpy(folder, hop);
    char *slash = strrchr(folder, '/');
    const char *name = slash == NULL ? hop : hop + (slash - folder) + 1;
    const int number = number_of(name);
    if (slash == NULL)
      strcpy(folder, ".");
    else
      slash[slash == folder] = 0;
    if (number >= 0 && is_folder_of_descriptors(folder)) return number;

    struct stat found;
    if (lstat(hop, &found) < 0 || !S_ISLNK(found.st_mode)) return -1;
    char target[PATH_MAX];
    const ssize_t length = readlink(hop, target, sizeof target - 1);
    if (length < 0) return -1;
    target[length] = 0;
    const size_t start =
        target[0] == '/' || name == hop ? 0 : (size_t)(name - hop);
    if (start + (size_t)length >= sizeof hop) return -1;
    strcpy(hop + start, target);
  }
  return -1;
}

int mgpt_is_stream(const char *path) {
  struct stat found;
  if (mgpt_descriptor_of_path(path) >= 0) return 1;
  return stat(path, &found) == 0 &&
         (S_ISCHR(found.st_mode) || S_ISFIFO(found.st_mode) ||
          S_ISSOCK(found.st_mode));
}

int mgpt_open_stream(const char *path) {
  const int named = mgpt_descriptor_of_path(path);
  int descriptor;
  do {
    // As it stands, and where it stands, which opening it anew would not keep.
    descriptor = named >= 0 ? fcntl(named, F_DUPFD_CLOEXEC, 3)
                            : open(path, O_WRONLY | O_CLOEXEC);
  } while (descriptor < 0 && errno == EINTR);
  return descriptor < 0 ? -errno : descriptor;
}

int mgpt_is_terminal(int descriptor) { return isatty(descriptor); }
