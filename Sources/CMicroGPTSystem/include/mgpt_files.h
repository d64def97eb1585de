// Files, as the checkpoint format needs them: what Swift cannot call alike on
// Linux (glibc and musl) and Apple's systems.
//
// Functions that return int give 0 or more on success and -errno on failure.
#pragma once

#include <errno.h>
#include <stddef.h>
#include <stdint.h>

#if defined(__clang__)
#pragma clang assume_nonnull begin
#endif

// The values of errno that callers tell apart.
static const int mgpt_error_exists = EEXIST;
static const int mgpt_error_missing = ENOENT;
static const int mgpt_error_busy = EWOULDBLOCK;
static const int mgpt_error_too_large = EFBIG;
static const int mgpt_error_no_memory = ENOMEM;
static const int mgpt_error_not_a_folder = ENOTDIR;
static const int mgpt_error_name_too_long = ENAMETOOLONG;

enum mgpt_file_kind {
  MGPT_FILE_REGULAR = 0,
  MGPT_FILE_FOLDER = 1,
  MGPT_FILE_OTHER = 2,  // a device, a pipe, a socket
};

struct mgpt_file_status {
  uint64_t byte_count;
  int kind;  // an mgpt_file_kind
};

// Opens a file for reading: a descriptor. A pipe without a writer is waited for,
// or else opened all the same, to be recognised as a pipe.
int mgpt_open_for_reading(const char *path, int waits);

// The size and kind of an open file.
int mgpt_status_of_descriptor(int descriptor, struct mgpt_file_status *status);

// The size and kind of what a path leads to, links followed. A path that stands
// for a descriptor of this process, as /dev/stdout, leads to no regular file.
int mgpt_status_of_path(const char *path, struct mgpt_file_status *status);

// The descriptor of this process that a path stands for, as /dev/stdout or
// /dev/fd/3 do, by whatever links: its number, or -1.
int mgpt_descriptor_of_path(const char *path);

// Whether bytes that are written to a path go straight on: 1 if it stands for a
// descriptor, or leads to a character device, a pipe or a socket; 0 if not.
int mgpt_is_stream(const char *path);

// Opens a stream for writing: a descriptor. A pipe without a reader is waited
// for.
int mgpt_open_stream(const char *path);

// Whether two paths lead to one file that exists.
int mgpt_is_same_file(const char *one, const char *other);

// Maps the first byte_count bytes, read-only and private. The map stays valid
// when the descriptor is closed or the file is replaced by a rename; touching
// a page of a file that was truncated in place raises SIGBUS.
int mgpt_map(int descriptor, size_t byte_count,
             const void *_Nullable *_Nonnull address);
void mgpt_unmap(const void *address, size_t byte_count);

// Reads exactly byte_count bytes at an offset, or fewer at the end of the file:
// the number of bytes read.
int64_t mgpt_read_at(int descriptor, void *buffer, size_t byte_count,
                     uint64_t offset);

// Reads what is there, at most byte_count bytes, from a file or a pipe: the
// number of bytes, 0 at the end.
int64_t mgpt_read(int descriptor, void *buffer, size_t byte_count);

// Writes all of the bytes.
int mgpt_write_at(int descriptor, const void *bytes, size_t byte_count,
                  uint64_t offset);
int mgpt_write(int descriptor, const void *bytes, size_t byte_count);

// Creates the empty file at path, in the place of what a killed program left
// there, and holds a lock on it until the descriptor is closed: a descriptor,
// or -EWOULDBLOCK while somebody else holds one, or -EEXIST if a folder, a
// device or a socket has the name.
int mgpt_open_partial(const char *path);

// Opens a file of lines to write more behind those that it has, or behind none if
// keeps is 0; it is created if need be. A last line without an end, which a
// killed program left, goes: a descriptor.
int mgpt_open_for_more_lines(const char *path, int keeps);

// Whether a path, itself no symbolic link, leads to an open file: 1 or 0.
int mgpt_has_name(int descriptor, const char *path);

// Forces a file's bytes to the storage device.
int mgpt_synchronize(int descriptor);

// Forces a folder's entries to the storage device.
int mgpt_synchronize_folder(const char *path);

// Renames atomically; where replace is 0 and the target exists: -EEXIST.
int mgpt_rename(const char *from, const char *to, int replace);

int mgpt_remove(const char *path);
void mgpt_close(int descriptor);

// Follows a symbolic link at path to the file that it stands for, which need
// not exist. resolved has room for capacity bytes.
int mgpt_resolve_link(const char *path, char *resolved, size_t capacity);

// What an errno value means, in words.
void mgpt_describe_error(int code, char *text, size_t capacity);

int mgpt_is_terminal(int descriptor);

#if defined(__clang__)
#pragma clang assume_nonnull end
#endif
