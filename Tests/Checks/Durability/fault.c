// Disturbs one call of a program that saves a file: a library to be preloaded
// (Linux, LD_PRELOAD), told what to do by the environment.
//
//   FAULT_NAME    the target's name; calls that concern it are counted: those
//                 on the target, on its .partial, on descriptors of these, and
//                 on descriptors of folders
//   FAULT_LOG     a file to which each counted call is appended, a line each
//   FAULT_AT      the number of the call to disturb, from 1 on
//   FAULT_DO      what happens there:
//     before N      the process gets signal N before the call
//     after N       the process gets signal N after the call
//     fail N        the call is not made and fails with errno N
//     short         a write takes half of the bytes
//     make PATH     a file appears at PATH before the call, unless one is
//                   there, and the log says "made file"
//     cut PATH      the file at PATH loses its second half before the call
//   FAULT_ALWAYS  "CALL N": all counted calls of that name fail with errno N;
//                 "nfs": a file that is not open for writing cannot be locked
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <unistd.h>

#define REAL(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))

enum { descriptors = 4096 };
// What a descriptor is of, if that concerns the save: "file" or "folder".
static const char *_Atomic kinds[descriptors];
static atomic_int reached;

// How a call is to be disturbed: not at all if all is 0.
struct fault {
  int error;       // fails with this errno
  int halved;      // writes half of the bytes
  int afterwards;  // the signal to raise when the call is made
};

static const char *setting(const char *name) {
  const char *value = getenv(name);
  return value != NULL ? value : "";
}

static void cut(const char *path) {
  struct stat found;
  if (stat(path, &found) == 0 && truncate(path, found.st_size / 2) < 0) abort();
}

static void note(const char *call, const char *kind) {
  const char *path = setting("FAULT_LOG");
  if (*path == 0) return;
  char line[64];
  int length = snprintf(line, sizeof line, "%s %s\n", call, kind);
  int log = REAL(open)(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0666);
  if (log < 0 || REAL(write)(log, line, (size_t)length) != length) abort();
  REAL(close)(log);
}

static void make(const char *path) {
  int made = REAL(open)(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
  if (made < 0) return;
  if (REAL(write)(made, "theirs\n", 7) != 7) abort();
  REAL(close)(made);
  note("made", "file");
}

// Counts a call and tells how to disturb it.
static struct fault next(const char *call, const char *kind) {
  struct fault fault = {0};
  int number = atomic_fetch_add(&reached, 1) + 1;
  note(call, kind);
  char name[32];
  int code;
  if (sscanf(setting("FAULT_ALWAYS"), "%31s %d", name, &code) == 2 &&
      strcmp(name, call) == 0)
    fault.error = code;
  if (number != atoi(setting("FAULT_AT"))) return fault;
  const char *action = setting("FAULT_DO");
  if (sscanf(action, "before %d", &code) == 1) raise(code);
  if (sscanf(action, "after %d", &code) == 1) fault.afterwards = code;
  if (sscanf(action, "fail %d", &code) == 1) fault.error = code;
  if (strcmp(action, "short") == 0) fault.halved = 1;
  if (strncmp(action, "make ", 5) == 0) make(action + 5);
  if (strncmp(action, "cut ", 4) == 0) cut(action + 4);
  return fault;
}

static int ends(const char *text, const char *end) {
  size_t length = strlen(text), tail = strlen(end);
  return length >= tail && strcmp(text + length - tail, end) == 0;
}

// Whether a path is the target's or its partial file's.
static int concerns(const char *path) {
  char partial[300];
  const char *name = setting("FAULT_NAME");
  snprintf(partial, sizeof partial, "%s.partial", name);
  return *name != 0 && (ends(path, name) || ends(path, partial));
}

static const char *kind_of(int descriptor) {
  return descriptor >= 0 && descriptor < descriptors
             ? atomic_load(&kinds[descriptor])
             : NULL;
}

// Makes a call that is counted, or fails in its place.
#define DISTURB(name, kind, call)                                   \
  do {                                                              \
    struct fault fault = next(name, kind);                          \
    __typeof__(call) result = fault.error != 0 ? -1 : (call);       \
    int code = fault.error != 0 ? fault.error : errno;              \
    if (fault.afterwards != 0) raise(fault.afterwards);             \
    errno = code;                                                   \
    return result;                                                  \
  } while (0)

static int open_counted(const char *path, int flags, unsigned mode,
                        const char *kind) {
  DISTURB("open", kind, REAL(open)(path, flags, mode));
}

int open(const char *path, int flags, ...) {
  va_list rest;
  va_start(rest, flags);
  unsigned mode = flags & O_CREAT ? va_arg(rest, unsigned) : 0;
  va_end(rest);
  const char *kind = flags & O_DIRECTORY ? "folder" : "file";
  // The target itself is opened by who reads it.
  int counted = *setting("FAULT_NAME") != 0 &&
                (flags & O_DIRECTORY ||
                 (concerns(path) && ends(path, ".partial")));
  if (!counted) return REAL(open)(path, flags, mode);
  int descriptor = open_counted(path, flags, mode, kind);
  if (descriptor >= 0 && descriptor < descriptors)
    atomic_store(&kinds[descriptor], kind);
  return descriptor;
}

int close(int descriptor) {
  const char *kind = kind_of(descriptor);
  if (kind == NULL) return REAL(close)(descriptor);
  atomic_store(&kinds[descriptor], NULL);
  struct fault fault = next("close", kind);
  int result = REAL(close)(descriptor);
  if (fault.afterwards != 0) raise(fault.afterwards);
  if (fault.error == 0) return result;
  errno = fault.error; // as on Linux, where it is closed all the same
  return -1;
}

// Halving is decided before the call, so these are spelt out.
static ssize_t write_some(const char *call, int descriptor, const void *bytes,
                          size_t count, off_t offset) {
  struct fault fault = next(call, "file");
  if (fault.error != 0) {
    errno = fault.error;
    return -1;
  }
  if (fault.halved && count > 1) count /= 2;
  ssize_t result = offset < 0 ? REAL(write)(descriptor, bytes, count)
                              : REAL(pwrite)(descriptor, bytes, count, offset);
  int code = errno;
  if (fault.afterwards != 0) raise(fault.afterwards);
  errno = code;
  return result;
}

ssize_t write(int descriptor, const void *bytes, size_t count) {
  if (kind_of(descriptor) == NULL) return REAL(write)(descriptor, bytes, count);
  return write_some("write", descriptor, bytes, count, -1);
}

ssize_t pwrite(int descriptor, const void *bytes, size_t count, off_t offset) {
  if (kind_of(descriptor) == NULL)
    return REAL(pwrite)(descriptor, bytes, count, offset);
  return write_some("pwrite", descriptor, bytes, count, offset);
}

int ftruncate(int descriptor, off_t length) {
  if (kind_of(descriptor) == NULL) return REAL(ftruncate)(descriptor, length);
  DISTURB("ftruncate", "file", REAL(ftruncate)(descriptor, length));
}

int fsync(int descriptor) {
  const char *kind = kind_of(descriptor);
  if (kind == NULL) return REAL(fsync)(descriptor);
  DISTURB("fsync", kind, REAL(fsync)(descriptor));
}

int flock(int descriptor, int operation) {
  const char *kind = kind_of(descriptor);
  if (kind == NULL) return REAL(flock)(descriptor, operation);
  int is_read_only = (fcntl(descriptor, F_GETFL) & O_ACCMODE) == O_RDONLY;
  if (is_read_only && strcmp(setting("FAULT_ALWAYS"), "nfs") == 0) {
    errno = EBADF;
    return -1;
  }
  DISTURB("flock", kind, REAL(flock)(descriptor, operation));
}

int rename(const char *from, const char *to) {
  if (!concerns(to)) return REAL(rename)(from, to);
  DISTURB("rename", "file", REAL(rename)(from, to));
}

int link(const char *from, const char *to) {
  if (!concerns(to)) return REAL(link)(from, to);
  DISTURB("link", "file", REAL(link)(from, to));
}

int unlink(const char *path) {
  if (!concerns(path)) return REAL(unlink)(path);
  DISTURB("unlink", "file", REAL(unlink)(path));
}

ssize_t readlink(const char *restrict path, char *restrict to, size_t count) {
  if (!concerns(path)) return REAL(readlink)(path, to, count);
  DISTURB("readlink", "file", REAL(readlink)(path, to, count));
}

// renameat2 is called by its number, as older C libraries lack it.
long syscall(long number, ...) {
  long a[6];
  va_list rest;
  va_start(rest, number);
  for (int i = 0; i < 6; i++) a[i] = va_arg(rest, long);
  va_end(rest);
  if (number != SYS_renameat2 || !concerns((const char *)a[3]))
    return REAL(syscall)(number, a[0], a[1], a[2], a[3], a[4], a[5]);
  DISTURB("renameat2", "file",
          REAL(syscall)(number, a[0], a[1], a[2], a[3], a[4], a[5]));
}
