#define _GNU_SOURCE
#include "mgpt_files.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>
#if defined(__linux__)
#include <sys/syscall.h>
#endif

// One system call moves at most this much, below every kernel's own limit.
static const size_t greatest_transfer = (size_t)1 << 30;

static int outcome(int result) { return result < 0 ? -errno : result; }

static void describe(const struct stat *from, struct mgpt_file_status *status) {
  status->byte_count = from->st_size > 0 ? (uint64_t)from->st_size : 0;
  status->kind = S_ISREG(from->st_mode)   ? MGPT_FILE_REGULAR
                 : S_ISDIR(from->st_mode) ? MGPT_FILE_FOLDER
                                          : MGPT_FILE_OTHER;
}

int mgpt_open_for_reading(const char *path, int waits) {
  int descriptor;
  do {
    descriptor = open(path, O_RDONLY | O_CLOEXEC | (waits ? 0 : O_NONBLOCK));
  } while (descriptor < 0 && errno == EINTR);
  const int named =
      descriptor < 0 && errno == ENXIO ? mgpt_descriptor_of_path(path) : -1;
  // A socket is opened by no path, not even by /dev/stdin.
  if (named >= 0) descriptor = fcntl(named, F_DUPFD_CLOEXEC, 3);
  return outcome(descriptor);
}

int mgpt_status_of_descriptor(int descriptor, struct mgpt_file_status *status) {
  struct stat found;
  if (fstat(descriptor, &found) < 0) return -errno;
  describe(&found, status);
  return 0;
}

int mgpt_status_of_path(const char *path, struct mgpt_file_status *status) {
  struct stat found;
  if (stat(path, &found) < 0) return -errno;
  describe(&found, status);
  if (mgpt_descriptor_of_path(path) >= 0) status->kind = MGPT_FILE_OTHER;
  return 0;
}

int mgpt_is_same_file(const char *one, const char *other) {
  struct stat first, second;
  return stat(one, &first) == 0 && stat(other, &second) == 0 &&
         first.st_dev == second.st_dev && first.st_ino == second.st_ino;
}

int mgpt_map(int descriptor, size_t byte_count, const void **address) {
  void *start = mmap(NULL, byte_count, PROT_READ, MAP_PRIVATE, descriptor, 0);
  if (start == MAP_FAILED) return -errno;
  *address = start;
  return 0;
}

void mgpt_unmap(const void *address, size_t byte_count) {
  munmap((void *)address, byte_count);
}

int64_t mgpt_read_at(int descriptor, void *buffer, size_t byte_count,
                     uint64_t offset) {
  size_t done = 0;
  while (done < byte_count) {
    size_t wanted = byte_count - done;
    if (wanted > greatest_transfer) wanted = greatest_transfer;
    ssize_t got = pread(descriptor, (char *)buffer + done, wanted,
                        (off_t)(offset + done));
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return -errno;
    if (got == 0) break;
    done += (size_t)got;
  }
  return (int64_t)done;
}

int64_t mgpt_read(int descriptor, void *buffer, size_t byte_count) {
  if (byte_count > greatest_transfer) byte_count = greatest_transfer;
  for (;;) {
    ssize_t got = read(descriptor, buffer, byte_count);
    if (got >= 0) return got;
    if (errno != EINTR) return -errno;
  }
}

int mgpt_write_at(int descriptor, const void *bytes, size_t byte_count,
                  uint64_t offset) {
  size_t done = 0;
  while (done < byte_count) {
    size_t wanted = byte_count - done;
    if (wanted > greatest_transfer) wanted = greatest_transfer;
    ssize_t put = pwrite(descriptor, (const char *)bytes + done, wanted,
                         (off_t)(offset + done));
    if (put < 0 && errno == EINTR) continue;
    if (put < 0) return -errno;
    done += (size_t)put;
  }
  return 0;
}

int mgpt_write(int descriptor, const void *bytes, size_t byte_count) {
  size_t done = 0;
  while (done < byte_count) {
    size_t wanted = byte_count - done;
    if (wanted > greatest_transfer) wanted = greatest_transfer;
    ssize_t put = write(descriptor, (const char *)bytes + done, wanted);
    if (put < 0 && errno == EINTR) continue;
    if (put < 0) return -errno;
    done += (size_t)put;
  }
  return 0;
}

int mgpt_has_name(int descriptor, const char *path) {
  struct stat held, named;
  return fstat(descriptor, &held) == 0 && lstat(path, &named) == 0 &&
         held.st_dev == named.st_dev && held.st_ino == named.st_ino;
}

// Locks an open file that should have a name, and tells whether it still has
// it: between open and lock the previous holder may have renamed or removed it.
// 1 if so, 0 if not, or -errno.
static int lock_by_name(int descriptor, const char *path) {
  int locked;
  do {
    locked = flock(descriptor, LOCK_EX | LOCK_NB);
  } while (locked < 0 && errno == EINTR);
  return locked < 0 ? -errno : mgpt_has_name(descriptor, path);
}

int mgpt_open_partial(const char *path) {
  for (;;) {
    int made = 1;
    int descriptor =
        open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0666);
    if (descriptor < 0 && errno == EEXIST) {
      made = 0;
      // A folder or a device is no leftover, and stays.
      struct stat found;
      if (lstat(path, &found) == 0 && !S_ISREG(found.st_mode) &&
          !S_ISLNK(found.st_mode) && !S_ISFIFO(found.st_mode))
        return -EEXIST;
      // NFS gives an exclusive lock on what is open for writing only, which a
      // file of somebody else need not be.
      const int flags = O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK;
      descriptor = open(path, O_RDWR | flags);
      if (descriptor < 0 && errno == EACCES)
        descriptor = open(path, O_RDONLY | flags);
    }
    if (descriptor < 0) {
      if (errno == EINTR || (errno == ENOENT && !made)) continue;
      // A symbolic link is nobody's file in the making.
      if (errno == ELOOP && unlink(path) == 0) continue;
      return -errno;
    }
    int held = lock_by_name(descriptor, path);
    if (held == 1 && made) return descriptor;
    // What is left over is never written to: it may have another name, owner
    // or mode. It goes, and a new file takes its place.
    if (held == 1 && unlink(path) < 0) held = -errno;
    close(descriptor);
    if (held < 0) return held;
  }
}

int mgpt_synchronize(int descriptor) {
  int result;
  do {
#if defined(__APPLE__)
    // fsync leaves the bytes in the drive's cache there.
    result = fcntl(descriptor, F_FULLFSYNC);
    if (result < 0 && errno != EINTR) result = fsync(descriptor);
#else
    result = fsync(descriptor);
#endif
  } while (result < 0 && errno == EINTR);
  return outcome(result);
}

int mgpt_synchronize_folder(const char *path) {
  int descriptor;
  do {
    descriptor = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  } while (descriptor < 0 && errno == EINTR);
  // A folder may be written to and not be read; that is no failure to write.
  if (descriptor < 0)
    return errno == EACCES || errno == EMFILE || errno == ENFILE ? 0 : -errno;
  int result;
  do {
    result = outcome(fsync(descriptor));
  } while (result == -EINTR);
  close(descriptor);
  // Some file systems cannot synchronise a folder, and say so.
  return result == -EINVAL || result == -ENOTSUP ? 0 : result;
}

static int rename_without_replacing(const char *from, const char *to) {
#if defined(__linux__) && defined(SYS_renameat2)
  const unsigned int no_replace = 1;  // RENAME_NOREPLACE
  if (syscall(SYS_renameat2, AT_FDCWD, from, AT_FDCWD, to, no_replace) == 0)
    return 0;
  if (errno != ENOSYS && errno != EINVAL) return -errno;
#elif defined(__APPLE__)
  if (renamex_np(from, to, RENAME_EXCL) == 0) return 0;
  if (errno != ENOTSUP) return -errno;
#endif
  // A file system without that call: a second name fails where one exists.
  if (link(from, to) < 0) return -errno;
  unlink(from);
  return 0;
}

int mgpt_rename(const char *from, const char *to, int replace) {
  if (!replace) return rename_without_replacing(from, to);
  return outcome(rename(from, to));
}

int mgpt_remove(const char *path) { return outcome(unlink(path)); }

void mgpt_close(int descriptor) { close(descriptor); }

int mgpt_resolve_link(const char *path, char *resolved, size_t capacity) {
  if (strlen(path) >= capacity) return -ENAMETOOLONG;
  strcpy(resolved, path);
  for (int hops = 0; hops < 40; hops++) {
    char target[PATH_MAX];
    ssize_t length = readlink(resolved, target, sizeof target - 1);
    if (length < 0) {
      // Not a link, or nothing there: the name itself is meant.
      return errno == EINVAL || errno == ENOENT ? 0 : -errno;
    }
    target[length] = 0;
    char *slash = strrchr(resolved, '/');
    size_t folder =
        target[0] == '/' || slash == NULL ? 0 : (size_t)(slash - resolved) + 1;
    if (folder + (size_t)length >= capacity) return -ENAMETOOLONG;
    strcpy(resolved + folder, target);
  }
  return -ELOOP;
}

void mgpt_describe_error(int code, char *text, size_t capacity) {
#if defined(__GLIBC__)
  // glibc's own form returns the text, which need not be in the buffer.
  const char *words = strerror_r(code, text, capacity);
  if (words != text) snprintf(text, capacity, "%s", words);
#else
  if (strerror_r(code, text, capacity) != 0)
    snprintf(text, capacity, "error %d", code);
#endif
}
