// All kernels, compiled once for each instruction set. A set's own file says
// before it includes this what is its own:
//
// KERNELS     the name of its table
// NAME        its name in words
// FUSED       whether multiply_add rounds once
// TILE_ROWS   how many rows of a matrix product its registers hold, up to 12,
// TILE_VECTORS  and how many vectors of each
// load_some   loads 1 to 15 elements, given what the other lanes shall be
// store_some  stores the first 1 to 15 lanes

#include "rooms.h"

#include "lanes.h"
#include "elementary.h"
#include "elements.h"
#include "adam.h"
#include "squares.h"
#include "quads.h"
#include "transpose.h"
#include "matrices.h"
#include "products.h"
#include "linear.h"
#include "embedding.h"
#include "norms.h"
#include "cross_entropy.h"
#include "drop.h"
#include "attention.h"
#include "draw.h"
#include "narrow_attention.h"
#include "blocked_attention.h"
#include "limits.h"

static void attention(
    float *outputs, float *probabilities, const float *queries,
    const mgpt_attended *positions, size_t count, size_t heads,
    size_t head_width) {
  const size_t stride = heads * head_width;
  if (head_width == 4 && heads % 4 == 0)
    for (size_t at = 0; at < stride; at += LANES)
      attend_four_of_rows(
          outputs, probabilities, queries, positions, count, at, stride);
  else
    for (size_t i = 0; i < count; i += 1)
      attend_by_positions(
          outputs + i * stride, probabilities, queries + i * stride,
          positions + i, heads, head_width);
}

static void attention_forward(
    float *outputs, float *kept, float *scratch, const float *queries,
    const float *keys, const float *values, const mgpt_attention_shape *x) {
  if (!is_narrow(x)) {
    attend_by_blocks(
        outputs, (softmax_row *)kept, scratch, queries, keys, values, x);
    return;
  }
  const size_t room = packed_rows(0, x->count) * 4;
  for (size_t at = 0; at < x->heads * 4; at += LANES, kept += room)
    attend_four(
        outputs + at, kept, queries + at, keys + at, values + at, x->stride,
        x->out_stride, x->count);
}

static void attention_gradient(
    float *query_gradients, float *key_gradients, float *value_gradients,
    const float *output_gradients, const float *kept, float *scratch,
    const float *queries, const float *keys, const float *values,
    const mgpt_attention_shape *x) {
  if (!is_narrow(x)) {
    attend_gradient_by_blocks(
        query_gradients, key_gradients, value_gradients, output_gradients,
        (const softmax_row *)kept, scratch, queries, keys, values, x);
    return;
  }
  const size_t room = packed_rows(0, x->count) * 4;
  for (size_t at = 0; at < x->heads * 4; at += LANES, kept += room)
    attend_gradient_four(
        query_gradients + at, key_gradients + at, value_gradients + at,
        output_gradients + at, kept, queries + at, keys + at, values + at,
        scratch, x->stride, x->out_stride, x->count);
}

const mgpt_kernels KERNELS = {
    .name = NAME,
    .is_fused = FUSED,
    .linear = linear,
    .linear_forward = linear_forward,
    .lay_out = lay_out,
    .add = add,
    .exp = exponentials,
    .log = logarithm,
    .embed = embed,
    .rms_norm = rms_norm,
    .weigh = weigh,
    .pick = pick,
    .attention = attention,
// What trains and measures, which a library that only samples leaves out.
#ifndef MGPT_SAMPLES_ONLY
    .linear_input_gradient = linear_input_gradient,
    .linear_weight_gradient = linear_weight_gradient,
    .relu = relu,
    .embed_gradient = embed_gradient,
    .rms_norm_gradient = rms_norm_gradient,
    .cross_entropy = cross_entropy,
    .loss = loss_of_rows,
    .drop = drop,
    .attention_forward = attention_forward,
    .attention_gradient = attention_gradient,
    .adam = adam,
    .sum_of_squares = sum_of_squares,
    .peak = peak,
    .read_memory = read_memory,
#endif
};
