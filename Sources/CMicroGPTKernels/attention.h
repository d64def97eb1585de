// Causal attention to cached keys and values, one head after the other: what
// sampling needs.

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

// Turns scores into probabilities, in place.
INLINE void softmax(float *row, size_t count) {
  const float top = greatest_of(row, count);
  for (size_t i = 0; i < count; i += LANES)
    store(row + i, load(row + i, count - i) - top, count - i);
  exponentials(row, row, count);
  const float reciprocal = 1 / sum_of(row, count);
  for (size_t i = 0; i < count; i += LANES)
    store(row + i, load(row + i, count - i) * reciprocal, count - i);
}

// As four narrow heads at a time would have it.
INLINE float score(const float *query, const float *key, size_t width) {
  if (width != 4) return dot(query, key, width);
  float sum = query[0] * key[0];
  for (size_t k = 1; k < width; k += 1)
    sum = multiply_add_one(query[k], key[k], sum);
  return sum;
}

// Probabilities: (heads, packed rows), row i has first + i + 1 elements.
INLINE void attend_by_heads(
    float *outputs, float *probabilities, const float *queries,
    const float *keys, const float *values, size_t stride, size_t first,
    size_t count, size_t heads, size_t head_width) {
  const size_t out_stride = heads * head_width;
  const float scale = 1 / root((float)head_width);
  float *row = probabilities;
  for (size_t head = 0; head < heads; head += 1) {
    const size_t offset = head * head_width;
    const float *key = keys + offset, *value = values + offset;
    for (size_t i = 0; i < count; i += 1) {
      const size_t seen = first + i + 1;
      const float *query = queries + i * stride + offset;
      float *output = outputs + i * out_stride + offset;
      for (size_t s = 0; s < seen; s += 1)
        row[s] = score(query, key + s * stride, head_width) * scale;
      softmax(row, seen);
      memset(output, 0, head_width * sizeof *output);
      for (size_t s = 0; s < seen; s += 1)
        add_scaled(output, value + s * stride, row[s], head_width);
      row += seen;
    }
  }
}
