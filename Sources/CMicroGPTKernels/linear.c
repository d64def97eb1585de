// The three matrix products of a linear layer. Each is written for one block
// of up to 16 columns and always inlined with a constant width for the full
// blocks, so that only the last block of an odd width pays for partial loads.
#include "CMicroGPTKernels.h"
#include "lanes.h"

// Adds a block of products of one row with four rows of weights.
INLINE void multiply_four(
    f32x16 sums[4], const float *x, const float *w, size_t in, size_t width) {
  f32x16 lanes = load(x, width);
  sums[0] += lanes * load(w, width);
  sums[1] += lanes * load(w + in, width);
  sums[2] += lanes * load(w + 2 * in, width);
  sums[3] += lanes * load(w + 3 * in, width);
}

void mgpt_linear(
    float *outputs, const float *inputs, const float *weights, size_t count,
    size_t in, size_t out) {
  const size_t full = in - in % LANES;
  size_t o = 0;
  for (; o + 4 <= out; o += 4) {
    const float *w = weights + o * in;
    for (size_t i = 0; i < count; i += 1) {
      const float *x = inputs + i * in;
      f32x16 sums[4] = {{0}, {0}, {0}, {0}};
      for (size_t k = 0; k < full; k += LANES)
        multiply_four(sums, x + k, w + k, in, LANES);
      if (full < in) multiply_four(sums, x + full, w + full, in, in - full);
      f32x4 y = sum_four(sums[0], sums[1], sums[2], sums[3]);
      memcpy(outputs + i * out + o, &y, sizeof y);
    }
  }
  for (; o < out; o += 1)
    for (size_t i = 0; i < count; i += 1)
      outputs[i * out + o] = dot(inputs + i * in, weights + o * in, in);
}

INLINE void input_gradient_block(
    float *dx, const float *dy, const float *w, size_t count, size_t in,
    size_t out, size_t width) {
  size_t i = 0;
  // Two rows share each load of the weights.
  for (; i + 2 <= count; i += 2, dx += 2 * in, dy += 2 * out) {
    f32x16 a = load(dx, width), b = load(dx + in, width);
    for (size_t o = 0; o < out; o += 1) {
      f32x16 lanes = load(w + o * in, width);
      a += lanes * dy[o];
      b += lanes * dy[out + o];
    }
    store(dx, a, width);
    store(dx + in, b, width);
  }
  if (i < count) {
    f32x16 a = load(dx, width);
    for (size_t o = 0; o < out; o += 1) a += load(w + o * in, width) * dy[o];
    store(dx, a, width);
  }
}

void mgpt_linear_input_gradient(
    float *input_gradients, const float *output_gradients,
    const float *weights, size_t count, size_t in, size_t out) {
  size_t k = 0;
  for (; k + LANES <= in; k += LANES)
    input_gradient_block(
        input_gradients + k, output_gradients, weights + k, count, in, out,
        LANES);
  if (k < in)
    input_gradient_block(
        input_gradients + k, output_gradients, weights + k, count, in, out,
        in - k);
}

INLINE void weight_gradient_block(
    float *dw, const float *dy, const float *x, size_t count, size_t in,
    size_t out, size_t width) {
  size_t o = 0;
  // Two outputs share each load of the inputs.
  for (; o + 2 <= out; o += 2, dw += 2 * in, dy += 2) {
    f32x16 a = load(dw, width), b = load(dw + in, width);
    for (size_t i = 0; i < count; i += 1) {
      f32x16 lanes = load(x + i * in, width);
      a += lanes * dy[i * out];
      b += lanes * dy[i * out + 1];
    }
    store(dw, a, width);
    store(dw + in, b, width);
  }
  if (o < out) {
    f32x16 a = load(dw, width);
    for (size_t i = 0; i < count; i += 1)
      a += load(x + i * in, width) * dy[i * out];
    store(dw, a, width);
  }
}

void mgpt_linear_weight_gradient(
    float *weight_gradients, const float *output_gradients,
    const float *inputs, size_t count, size_t in, size_t out) {
  size_t k = 0;
  for (; k + LANES <= in; k += LANES)
    weight_gradient_block(
        weight_gradients + k, output_gradients, inputs + k, count, in, out,
        LANES);
  if (k < in)
    weight_gradient_block(
        weight_gradients + k, output_gradients, inputs + k, count, in, out,
        in - k);
}
