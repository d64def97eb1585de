/// The machine: prefetching memory, and the limits that no kernel can exceed.
#ifndef MGPT_MACHINE_H
#define MGPT_MACHINE_H

#include "mgpt_lanes.h"

#include <stddef.h>

#pragma clang assume_nonnull begin

/// Fetches memory that will soon be read into the cache. Any address is
/// allowed.
static inline void mgpt_prefetch(const void *address) {
  __builtin_prefetch(address);
}

/// Performs 12 × `rounds` fused multiply-adds of 16 lanes, that is
/// MGPT_PEAK_OPERATIONS × `rounds` floating-point operations, with enough of
/// them independent of each other to keep a core busy: the maximum speed of a
/// core.
///
/// Returns the mean of the sums: 1 after 400 rounds or more.
typedef float mgpt_peak(size_t rounds);

enum { MGPT_PEAK_OPERATIONS = 12 * MGPT_LANES * 2 };

/// Reads values and adds them up as fast as possible, in no guaranteed order:
/// the maximum speed of the memory. values: (count).
typedef float mgpt_read_memory(const float *values, size_t count);

#pragma clang assume_nonnull end

#endif
