// A linear layer on weights as a checkpoint has them: what sampling needs.

// Adds a block of products of one row with four rows of weights.
INLINE void multiply_four(
    f32x16 sums[4], const float *x, const float *w, size_t in, size_t width) {
  const f32x16 lanes = load(x, width);
#pragma clang loop unroll(full)
  for (size_t o = 0; o < 4; o += 1)
    sums[o] = multiply_add(lanes, load(w + o * in, width), sums[o]);
}

static void linear(
    float *outputs, const float *inputs, const float *weights,
    const float *residual, int rectifies, size_t count, size_t in, size_t out,
    size_t first, size_t last) {
  const size_t full = in - in % LANES;
  size_t o = first;
  for (; o + 4 <= last; o += 4) {
    const float *w = weights + o * in;
    for (size_t i = 0; i < count; i += 1) {
      const float *x = inputs + i * in;
      const size_t at = i * out + o;
      f32x16 sums[4] = {0, 0, 0, 0};
      for (size_t k = 0; k < full; k += LANES)
        multiply_four(sums, x + k, w + k, in, LANES);
      if (full < in) multiply_four(sums, x + full, w + full, in, in - full);
      f32x4 four = sum_four(sums[0], sums[1], sums[2], sums[3]);
      if (residual) four = load_quad(residual + at) + four;
      if (rectifies) four = four <= 0.0f ? (f32x4)0 : four;
      store_quad(outputs + at, four);
    }
  }
  for (; o < last; o += 1)
    for (size_t i = 0; i < count; i += 1) {
      const size_t at = i * out + o;
      float one = dot(inputs + i * in, weights + o * in, in);
      if (residual) one = residual[at] + one;
      outputs[at] = rectifies && one <= 0 ? 0 : one;
    }
}
