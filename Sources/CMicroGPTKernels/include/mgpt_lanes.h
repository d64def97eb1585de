/// The lanes of the vectors that all kernels compute with.
#ifndef MGPT_LANES_H
#define MGPT_LANES_H

#include <stddef.h>

/// The number of lanes of a vector, and of columns of a panel. Sixteen floats
/// are also a cache line.
enum { MGPT_LANES = 16 };

/// A number of elements, rounded up to whole vectors.
static inline size_t mgpt_padded(size_t count) {
  return (count + MGPT_LANES - 1) / MGPT_LANES * MGPT_LANES;
}

#endif
