// RMSNorm and its gradient, four rows at a time: the roots of four rows cost no
// more than that of one. In the functions that are inlined, `rows` is a
// constant and often `width` too.

// The lane sums of products of up to four rows of two matrices.
INLINE f32x4 dot_rows(
    const float *a, const float *b, size_t rows, size_t width) {
  f32x16 totals[4] = {0, 0, 0, 0};
#pragma clang loop unroll(full)
  for (size_t r = 0; r < rows; r += 1)
    for (size_t k = 0; k < width; k += LANES) {
      const size_t at = r * width + k, rest = width - k;
      totals[r] =
          multiply_add(load(a + at, rest), load(b + at, rest), totals[r]);
    }
  return sum_four(totals[0], totals[1], totals[2], totals[3]);
}

INLINE void normalize_rows(
    float *outputs, float *scales, const float *inputs, size_t rows,
    size_t width) {
  const f32x4 sums = dot_rows(inputs, inputs, rows, width);
  const f32x4 scale = 1 / root(sums / (float)width + 1e-5f);
  for (size_t r = 0; r < rows; r += 1) {
    scales[r] = scale[r];
    for (size_t k = 0; k < width; k += LANES) {
      const size_t at = r * width + k, rest = width - k;
      store(outputs + at, load(inputs + at, rest) * scale[r], rest);
    }
  }
}

INLINE void normalize(
    float *outputs, float *scales, const float *inputs, size_t count,
    size_t width) {
  size_t row = 0, at = 0;
  for (; row + 4 <= count; row += 4, at += 4 * width)
    normalize_rows(outputs + at, scales + row, inputs + at, 4, width);
  for (; row < count; row += 1, at += width)
    normalize_rows(outputs + at, scales + row, inputs + at, 1, width);
}

static void rms_norm(
    float *outputs, float *scales, const float *inputs, size_t count,
    size_t width) {
  if (width == LANES)
    normalize(outputs, scales, inputs, count, LANES);
  else
    normalize(outputs, scales, inputs, count, width);
}

// A matrix and its gradients, as those of mgpt_rms_norm_gradient.
typedef struct {
  float *input_gradients;
  const float *residual_gradients, *output_gradients, *inputs, *scales;
} norm_gradient;

INLINE void propagate_rows(
    norm_gradient x, size_t row, size_t rows, size_t width) {
  const float *dy = x.output_gradients + row * width;
  const float *inputs = x.inputs + row * width;
  const f32x4 sums = dot_rows(dy, inputs, rows, width);
  for (size_t r = 0; r < rows; r += 1) {
    const float scale = x.scales[row + r];
    const float pull = (scale * scale * scale) * (sums[r] / (float)width);
    for (size_t k = 0; k < width; k += LANES) {
      const size_t at = r * width + k, rest = width - k;
      const size_t place = row * width + at;
      f32x16 g = 0;
      if (x.residual_gradients) g = load(x.residual_gradients + place, rest);
      g = multiply_add(load(dy + at, rest), scale, g);
      g = multiply_add(load(inputs + at, rest), -pull, g);
      store(x.input_gradients + place, g, rest);
    }
  }
}

INLINE void propagate(norm_gradient x, size_t count, size_t width) {
  size_t row = 0;
  for (; row + 4 <= count; row += 4) propagate_rows(x, row, 4, width);
  for (; row < count; row += 1) propagate_rows(x, row, 1, width);
}

static void rms_norm_gradient(
    float *input_gradients, const float *residual_gradients,
    const float *output_gradients, const float *inputs, const float *scales,
    size_t count, size_t width) {
  const norm_gradient x = {
      input_gradients, residual_gradients, output_gradients, inputs, scales};
  if (width == LANES)
    propagate(x, count, LANES);
  else
    propagate(x, count, width);
}
