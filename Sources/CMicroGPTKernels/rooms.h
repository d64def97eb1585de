// The sizes of the arrays that attention works with.
#ifndef MGPT_ROOMS_H
#define MGPT_ROOMS_H

#include "mgpt_kernels.h"

enum {
  BLOCK_ROWS = 24,  // of probabilities at a time; a multiple of all TILE_ROWS
};

// Whether four heads go together and keep all their probabilities.
static inline int is_narrow(const mgpt_attention_shape *x) {
  return x->head_width == 4 && x->heads % 4 == 0
         && x->count <= MGPT_NARROW_POSITIONS;
}

static inline size_t padded(size_t count) {
  return (count + 15) / 16 * 16;
}

// For each of `count` rows, which stand at position `first` and on, as many
// lanes as positions that it sees, rounded up to a multiple of 4.
static inline size_t packed_rows(size_t first, size_t count) {
#define BEFORE(n) (4 * ((n) / 4 + 1) * ((n) / 4 * 2 + (n) % 4))
  return BEFORE(first + count) - BEFORE(first);
#undef BEFORE
}

#endif
