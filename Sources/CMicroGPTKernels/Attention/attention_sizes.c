#include "attention_sizes.h"

size_t mgpt_attention_probabilities(size_t seen, size_t heads) {
  // Heads in fours reuse the same memory; all others need theirs at once.
  return quad_count(seen) * 4 * (heads > 4 ? heads : 4);
}

size_t mgpt_attention_kept(const mgpt_attention_shape *x) {
  return (is_narrow(x) ? packed_rows(0, x->count) : 2 * x->count) * x->heads;
}

size_t mgpt_attention_scratch(const mgpt_attention_shape *x) {
  if (is_narrow(x)) return packed_rows(0, x->count) * 4;
  const size_t padded_count = mgpt_padded(x->count);
  return 2 * padded_count * x->head_width
         + x->count * mgpt_padded(x->head_width)
         + 2 * BLOCK_ROWS * padded_count;
}
