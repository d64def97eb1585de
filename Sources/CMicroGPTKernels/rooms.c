#include "rooms.h"

size_t mgpt_attention_room(size_t seen, size_t heads) {
  // Four heads of width 4 go together, one four after the other; otherwise all.
  return (seen + 3) / 4 * 4 * (heads > 4 ? heads : 4);
}

size_t mgpt_attention_kept(const mgpt_attention_shape *x) {
  return (is_narrow(x) ? packed_rows(0, x->count) : 2 * x->count) * x->heads;
}

size_t mgpt_attention_scratch(const mgpt_attention_shape *x) {
  if (is_narrow(x)) return packed_rows(0, x->count) * 4;
  const size_t room = padded(x->count);
  return 2 * room * x->head_width + x->count * padded(x->head_width)
         + 2 * BLOCK_ROWS * room;
}
