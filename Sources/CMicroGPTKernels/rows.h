// What goes row by row.

static void embed(
    float *outputs, const int32_t *tokens, const float *token_embedding,
    const float *position_embedding, size_t count, size_t width) {
  for (size_t i = 0; i < count; i += 1) {
    const float *token = token_embedding + (size_t)tokens[i] * width;
    for (size_t k = 0; k < width; k += LANES) {
      const size_t rest = width - k, at = i * width + k;
      store(
          outputs + at,
          load(token + k, rest) + load(position_embedding + at, rest), rest);
    }
  }
}

static void embed_gradient(
    float *token_gradients, float *position_gradients, const int32_t *tokens,
    const float *output_gradients, size_t count, size_t width) {
  add(position_gradients, output_gradients, count * width);
  for (size_t i = 0; i < count; i += 1)
    add(token_gradients + (size_t)tokens[i] * width,
        output_gradients + i * width, width);
}

// The scales of up to four rows: (rows). `rows` and often `width` are constants
// where this is inlined; so with the functions below.
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
  size_t row = 0;
  for (; row + 4 <= count; row += 4)
    normalize_rows(
        outputs + row * width, scales + row, inputs + row * width, 4, width);
  for (; row < count; row += 1)
    normalize_rows(
        outputs + row * width, scales + row, inputs + row * width, 1, width);
}

static void rms_norm(
    float *outputs, float *scales, const float *inputs, size_t count,
    size_t width) {
  if (width == LANES)
    normalize(outputs, scales, inputs, count, LANES);
  else
    normalize(outputs, scales, inputs, count, width);
}

INLINE void normalize_rows_gradient(
    float *dx, const float *residual, const float *dy, const float *x,
    const float *scales, size_t rows, size_t width) {
  const f32x4 sums = dot_rows(dy, x, rows, width);
  for (size_t r = 0; r < rows; r += 1) {
    const float scale = scales[r];
    const float pull = (scale * scale * scale) * (sums[r] / (float)width);
    for (size_t k = 0; k < width; k += LANES) {
      const size_t at = r * width + k, rest = width - k;
      f32x16 g = residual ? load(residual + at, rest) : (f32x16)0;
      g = multiply_add(load(dy + at, rest), scale, g);
      g = multiply_add(load(x + at, rest), -pull, g);
      store(dx + at, g, rest);
    }
  }
}

INLINE void normalize_gradient(
    float *dx, const float *residual, const float *dy, const float *x,
    const float *scales, size_t count, size_t width) {
  size_t row = 0;
  for (; row < count;) {
    const size_t at = row * width, rows = row + 4 <= count ? 4 : 1;
    const float *r = residual ? residual + at : NULL;
    if (rows == 4)
      normalize_rows_gradient(
          dx + at, r, dy + at, x + at, scales + row, 4, width);
    else
      normalize_rows_gradient(
          dx + at, r, dy + at, x + at, scales + row, 1, width);
    row += rows;
  }
}

static void rms_norm_gradient(
    float *input_gradients, const float *residual_gradients,
    const float *output_gradients, const float *inputs, const float *scales,
    size_t count, size_t width) {
  if (width == LANES)
    normalize_gradient(
        input_gradients, residual_gradients, output_gradients, inputs, scales,
        count, LANES);
  else
    normalize_gradient(
        input_gradients, residual_gradients, output_gradients, inputs, scales,
        count, width);
}

// The greatest element; NaN only if all are.
INLINE float greatest_of(const float *row, size_t count) {
  const float none = -__builtin_inff();
  f32x16 top = none;
  for (size_t i = 0; i < count; i += LANES)
    top = greater(load_or(row + i, count - i, none), top);
  return greatest(top);
}

// The lane sum of a row.
INLINE float sum_of(const float *row, size_t count) {
  f32x16 total = 0;
  for (size_t i = 0; i < count; i += LANES) total += load(row + i, count - i);
  return sum(total);
}

// `full`, the width rounded down to a multiple of 16, is a constant where this
// is inlined for small vocabularies.
INLINE double cross_entropy_rows(
    float *gradients, const float *logits, const int32_t *targets,
    float weight, size_t count, size_t width, size_t full) {
  const size_t rest = width - full;
  const float none = -__builtin_inff();
  double loss = 0, product = 1;
  for (size_t row = 0; row < count; row += 1) {
    const float *l = logits + row * width;
    float *g = gradients + row * width;
    f32x16 top = none, tail = none;
    for (size_t k = 0; k < full; k += LANES) top = greater(load_all(l + k), top);
    if (rest > 0) tail = load_some(l + full, rest, none);
    const float most = greatest(greater(tail, top));
    loss -= (double)l[targets[row]] - (double)most;
    for (size_t k = 0; k < full; k += LANES)
      store_all(g + k, load_all(l + k) - most);
    if (rest > 0) store_some(g + full, tail - most, rest);
  }
  // All rows as one, so that no lane is idle.
  exponentials(gradients, gradients, count * width);
  for (size_t row = 0; row < count; row += 1) {
    float *g = gradients + row * width;
    f32x16 sums = 0, tail = 0;
    for (size_t k = 0; k < full; k += LANES) sums += load_all(g + k);
    if (rest > 0) tail = load_some(g + full, rest, 0);
    const float total = sum(sums + tail), factor = weight / total;
    // One logarithm for many rows; the product stays far from overflow.
    product *= (double)total;
    if (!(product < 0x1p512)) loss += logarithm(product), product = 1;
    for (size_t k = 0; k < full; k += LANES)
      store_all(g + k, load_all(g + k) * factor);
    if (rest > 0) store_some(g + full, tail * factor, rest);
    g[targets[row]] -= weight;
  }
  return loss + logarithm(product);
}

static double cross_entropy(
    float *gradients, const float *logits, const int32_t *targets,
    float weight, size_t count, size_t width) {
  const size_t full = width - width % LANES;
  if (full == LANES)
    return cross_entropy_rows(
        gradients, logits, targets, weight, count, width, LANES);
  return cross_entropy_rows(
      gradients, logits, targets, weight, count, width, full);
}
