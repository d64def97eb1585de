#if defined(__linux__)
#define _GNU_SOURCE
#endif
#include "mgpt_memory.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <unistd.h>

#if !defined(MAP_ANONYMOUS)
#define MAP_ANONYMOUS MAP_ANON
#endif

enum {
  ALIGNMENT = 64,
  MINIMUM_CHECKED = 64 << 10,
  // What remains for the many small allocations that nobody checks.
  MARGIN = 1 << 20,
  // From here on the memory that is installed counts; to look it up would take
  // longer than to use less.
  MINIMUM_WEIGHED = 128 << 20,
};

void *mgpt_allocate(size_t byte_count) {
  if (!mgpt_has_memory(byte_count)) return NULL;
  void *memory = NULL;
  const size_t size = byte_count > 0 ? byte_count : 1;
  return posix_memalign(&memory, ALIGNMENT, size) == 0 ? memory : NULL;
}

void mgpt_free(void *memory) { free(memory); }

int mgpt_has_memory(size_t byte_count) {
  if (byte_count < MINIMUM_CHECKED) return 1;
  if (byte_count > (size_t)PTRDIFF_MAX - MARGIN) return 0;
  if (byte_count >= MINIMUM_WEIGHED) {
    const uint64_t maximum = mgpt_maximum_memory();
    if (maximum > 0 && byte_count > maximum) return 0;
  }
  // The system says no by the limit on addresses and by its own accounting.
  const size_t size = byte_count + MARGIN;
  void *memory = mmap(
      NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (memory == MAP_FAILED) return 0;
  munmap(memory, size);
  return 1;
}

int mgpt_has_addresses(size_t byte_count) {
  void *memory = mmap(
      NULL, byte_count, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (memory == MAP_FAILED) return 0;
  munmap(memory, byte_count);
  return 1;
}

#if defined(__linux__)
// The smaller of a number in a file and `greatest`; a file without one, as
// “max”, changes nothing.
static uint64_t least_of_file(const char *path, uint64_t greatest) {
  FILE *file = fopen(path, "re");
  if (file == NULL) return greatest;
  unsigned long long limit = 0;
  const int found = fscanf(file, "%llu", &limit);
  fclose(file);
  return found == 1 && limit > 0 && (greatest == 0 || limit < greatest)
             ? limit
             : greatest;
}

// The limits of the control group and of those around it (cgroup v2), and that
// of the container (v1).
static uint64_t least_of_groups(uint64_t greatest) {
  static const char root[] = "/sys/fs/cgroup";
  greatest =
      least_of_file("/sys/fs/cgroup/memory/memory.limit_in_bytes", greatest);
  char line[1024], path[sizeof root + sizeof line + sizeof "/memory.max"];
  FILE *groups = fopen("/proc/self/cgroup", "re");
  if (groups == NULL) return greatest;
  line[0] = 0;
  while (fgets(line, sizeof line, groups) != NULL
         && strncmp(line, "0::/", 4) != 0)
    line[0] = 0;
  fclose(groups);
  if (line[0] == 0) return greatest;
  char *group = line + 3;
  group[strcspn(group, "\n")] = 0;
  for (;;) {
    snprintf(path, sizeof path, "%s%s/memory.max", root, group);
    greatest = least_of_file(path, greatest);
    char *last = strrchr(group, '/');
    if (last == NULL) return greatest;
    *last = 0;
  }
}
#endif

uint64_t mgpt_maximum_memory(void) {
  const long pages = sysconf(_SC_PHYS_PAGES);
  const long page_bytes = sysconf(_SC_PAGESIZE);
  uint64_t greatest =
      pages > 0 && page_bytes > 0 ? (uint64_t)pages * (uint64_t)page_bytes : 0;
  struct rlimit addresses;
  if (getrlimit(RLIMIT_AS, &addresses) == 0
      && addresses.rlim_cur != RLIM_INFINITY
      && (greatest == 0 || (uint64_t)addresses.rlim_cur < greatest))
    greatest = (uint64_t)addresses.rlim_cur;
#if defined(__linux__)
  greatest = least_of_groups(greatest);
#endif
  return greatest;
}
