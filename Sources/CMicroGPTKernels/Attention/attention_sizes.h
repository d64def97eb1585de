// The sizes of the arrays that attention works with.
#ifndef MGPT_ATTENTION_SIZES_H
#define MGPT_ATTENTION_SIZES_H

#include "mgpt_attention.h"
#include "mgpt_lanes.h"

enum {
  BLOCK_ROWS = 24,  // of probabilities at a time; a multiple of all TILE_ROWS
};

// Whether a document is so short that four heads at a time keep all their
// probabilities.
static inline int is_narrow(const mgpt_attention_shape *x) {
  return x->head_width == 4 && x->heads % 4 == 0
         && x->count <= MGPT_NARROW_POSITIONS;
}

// The number of quads that hold `count` elements.
static inline size_t quad_count(size_t count) {
  return (count + 3) / 4;
}

// The number of lanes of the first `count` rows of a document: row i sees
// positions 0 to i and has quad_count(i + 1) quads for them.
//
// The first four rows have one quad each, the next four two, and so on. With
// count = 4q + r, the q complete groups have 4·(1 + … + q) = 2q(q + 1) quads,
// and the r rows after them q + 1 each: (q + 1)(2q + r) quads.
static inline size_t lanes_before(size_t count) {
  return 4 * (count / 4 + 1) * (count / 4 * 2 + count % 4);
}

// The number of lanes of the `count` rows from row `first` on.
static inline size_t packed_rows(size_t first, size_t count) {
  return lanes_before(first + count) - lanes_before(first);
}

#endif
