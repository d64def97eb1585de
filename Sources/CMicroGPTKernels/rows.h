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

static void rms_norm(
    float *outputs, float *scales, const float *inputs, size_t count,
    size_t width) {
  for (size_t row = 0; row < count; row += 1) {
    const float *x = inputs + row * width;
    float *y = outputs + row * width;
    const float scale = 1 / root(dot(x, x, width) / (float)width + 1e-5f);
    scales[row] = scale;
    for (size_t k = 0; k < width; k += LANES) {
      const size_t rest = width - k;
      store(y + k, load(x + k, rest) * scale, rest);
    }
  }
}

static void rms_norm_gradient(
    float *input_gradients, const float *residual_gradients,
    const float *output_gradients, const float *inputs, const float *scales,
    size_t count, size_t width) {
  for (size_t row = 0; row < count; row += 1) {
    const size_t start = row * width;
    const float *x = inputs + start, *dy = output_gradients + start;
    const float scale = scales[row];
    const float pull =
        (scale * scale * scale) * (dot(dy, x, width) / (float)width);
    for (size_t k = 0; k < width; k += LANES) {
      const size_t rest = width - k;
      f32x16 g = residual_gradients
                     ? load(residual_gradients + start + k, rest)
                     : (f32x16)0;
      g = multiply_add(load(dy + k, rest), scale, g);
      g = multiply_add(load(x + k, rest), -pull, g);
      store(input_gradients + start + k, g, rest);
    }
  }
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

static double cross_entropy(
    float *gradients, const float *logits, const int32_t *targets,
    float weight, size_t count, size_t width) {
  double loss = 0, product = 1;
  for (size_t row = 0; row < count; row += 1) {
    const float *l = logits + row * width;
    float *g = gradients + row * width;
    const float top = greatest_of(l, width);
    loss -= (double)l[targets[row]] - (double)top;
    for (size_t k = 0; k < width; k += LANES)
      store(g + k, load(l + k, width - k) - top, width - k);
  }
  // All rows as one, so that no lane is idle.
  exponentials(gradients, gradients, count * width);
  for (size_t row = 0; row < count; row += 1) {
    float *g = gradients + row * width;
    const float total = sum_of(g, width), factor = weight / total;
    // One logarithm for many rows; the product stays far from overflow.
    product *= total;
    if (!(product < 0x1p512)) loss += logarithm(product), product = 1;
    for (size_t k = 0; k < width; k += LANES)
      store(g + k, load(g + k, width - k) * factor, width - k);
    g[targets[row]] -= weight;
  }
  return loss + logarithm(product);
}
