// Attention to cached keys and values: what sampling needs.

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

// A score as four narrow heads at a time would have it.
INLINE float narrow_score(const float *query, const float *key) {
  float sum = query[0] * key[0];
  for (size_t k = 1; k < 4; k += 1)
    sum = multiply_add_one(query[k], key[k], sum);
  return sum;
}

// The lane sums of products of a row with four others.
INLINE f32x4 dot_four(
    const float *a, const float *others, size_t stride, size_t width) {
  f32x16 sums[4] = {0, 0, 0, 0};
  for (size_t k = 0; k < width; k += LANES) {
    const f32x16 lanes = load(a + k, width - k);
    UNROLL for (size_t s = 0; s < 4; s += 1)
      sums[s] =
          multiply_add(lanes, load(others + s * stride + k, width - k), sums[s]);
  }
  return sum_four(sums[0], sums[1], sums[2], sums[3]);
}

// The scores of some positions, from `s` on: four, or one alone, a constant
// where this is inlined. scores: (heads, room).
INLINE void score_positions(
    float *scores, size_t room, const float *query,
    const mgpt_attended *positions, size_t s, size_t count, size_t heads,
    size_t width) {
  const size_t stride = heads * width;
  const float scale = 1 / root((float)width);
  const float *keys = positions->keys + s * stride;
  for (size_t h = 0; h < heads; h += 1) {
    const float *q = query + h * width, *k = keys + h * width;
    float *to = scores + h * room + s;
    if (width == 4)
      for (size_t j = 0; j < count; j += 1)
        to[j] = narrow_score(q, k + j * stride) * scale;
    else if (count == 4)
      store_quad(to, dot_four(q, k, stride, width) * scale);
    else
      *to = dot(q, k, width) * scale;
  }
}

// Adds probability × value of some positions to the outputs, which begin with
// 0.
INLINE void mix_positions(
    float *outputs, const float *probabilities, size_t room,
    const mgpt_attended *positions, size_t s, size_t count, size_t heads,
    size_t width) {
  const size_t stride = heads * width;
  for (size_t h = 0; h < heads; h += 1) {
    const float *p = probabilities + h * room + s;
    const float *value = positions->values + s * stride + h * width;
    float *y = outputs + h * width;
    for (size_t k = 0; k < width; k += LANES) {
      const size_t rest = width - k;
      f32x16 sum = s == 0 ? (f32x16)0 : load(y + k, rest);
      UNROLL for (size_t j = 0; j < count; j += 1)
        sum = multiply_add(p[j], load(value + j * stride + k, rest), sum);
      store(y + k, sum, rest);
    }
  }
}

// One row. All heads take a position together, so that keys and values are read
// as they lie. probabilities: (heads, room).
INLINE void attend_by_positions(
    float *outputs, float *probabilities, const float *query,
    const mgpt_attended *positions, size_t heads, size_t width) {
  const size_t seen = positions->count, room = (seen + 3) / 4 * 4;
  size_t s = 0;
  for (; s + 4 <= seen; s += 4)
    score_positions(probabilities, room, query, positions, s, 4, heads, width);
  for (; s < seen; s += 1)
    score_positions(probabilities, room, query, positions, s, 1, heads, width);
  for (size_t h = 0; h < heads; h += 1)
    softmax(probabilities + h * room, seen);
  for (s = 0; s + 4 <= seen; s += 4)
    mix_positions(outputs, probabilities, room, positions, s, 4, heads, width);
  for (; s < seen; s += 1)
    mix_positions(outputs, probabilities, room, positions, s, 1, heads, width);
}
