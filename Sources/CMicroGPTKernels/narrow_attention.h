// Causal attention for heads of width 4, four heads to a vector: lane 4h + d
// of a row holds element d of head h. The model of microgpt.py has such.
//
// What belongs to pairs of positions, as scores, stands in blocks: lane 4h + j
// of block b of a row is that of head h and of position 4b + j. A row has so
// many blocks as it takes for the positions that it sees; what the last one
// has beyond them counts as 0.

INLINE size_t block_count(size_t positions) {
  return (positions + 3) / 4;
}

// Where block `position` / 4 of row i stands.
INLINE size_t block_place(size_t first, size_t i, size_t position) {
  return packed_rows(first, i) * 4 + position / 4 * LANES;
}

// Four consecutive rows; behind the last one, that row again.
INLINE quartet load_quartet(
    const float *rows, size_t stride, size_t start, size_t last) {
  quartet q;
#pragma clang loop unroll(full)
  for (size_t j = 0; j < 4; j += 1) {
    const size_t row = start + j < last ? start + j : last;
    q.rows[j] = load_all(rows + row * stride);
  }
  return q;
}

// The products of rows with those of the positions that they see, summed over
// each head: (packed rows of blocks, 16).
INLINE void dot_pairs(
    float *blocks, const float *rows, size_t row_stride, const float *others,
    size_t other_stride, size_t first, size_t count) {
  for (size_t s = 0; s < first + count; s += 4) {
    const quartet four = transpose_quads(
        load_quartet(others, other_stride, s, first + count - 1));
    size_t i = s > first ? s - first : 0;
    float *block = blocks + block_place(first, i, s);
    for (; i < count; i += 1) {
      const f32x16 row = load_all(rows + i * row_stride);
      // No 0 is added to the first product: the sign of a zero tells nobody.
      f32x16 sum = SPREAD(row, 0) * four.rows[0];
      sum = multiply_add(SPREAD(row, 1), four.rows[1], sum);
      sum = multiply_add(SPREAD(row, 2), four.rows[2], sum);
      sum = multiply_add(SPREAD(row, 3), four.rows[3], sum);
      store_all(block, sum);
      block += block_count(first + i + 1) * LANES;
    }
  }
}

// For each row the running sum, over the positions that it sees, of a factor of
// each head × the row of the position. sums: count rows.
INLINE void gather(
    float *sums, size_t sum_stride, const float *factors, const float *others,
    size_t other_stride, size_t first, size_t count) {
  for (size_t s = 0; s < first + count; s += 4) {
    const quartet four =
        load_quartet(others, other_stride, s, first + count - 1);
    size_t i = s > first ? s - first : 0;
    const float *block = factors + block_place(first, i, s);
    for (; i < count; i += 1) {
      float *at = sums + i * sum_stride;
      const f32x16 factor = load_all(block);
      f32x16 sum = s == 0 ? (f32x16)0 : load_all(at);
      sum = multiply_add(SPREAD(factor, 0), four.rows[0], sum);
      sum = multiply_add(SPREAD(factor, 1), four.rows[1], sum);
      sum = multiply_add(SPREAD(factor, 2), four.rows[2], sum);
      sum = multiply_add(SPREAD(factor, 3), four.rows[3], sum);
      store_all(at, sum);
      block += block_count(first + i + 1) * LANES;
    }
  }
}

// For each position the running sum, over the rows that see it, of a factor of
// each head × the row; first = 0. sums: count rows.
INLINE void scatter(
    float *sums, size_t sum_stride, const float *factors, const float *rows,
    size_t row_stride, size_t count) {
  for (size_t s = 0; s < count; s += 4) {
    f32x16 sum[4] = {0, 0, 0, 0};
    const float *block = factors + block_place(0, s, s);
    for (size_t i = s; i < count; i += 1) {
      const f32x16 factor = load_all(block);
      const f32x16 row = load_all(rows + i * row_stride);
      sum[0] = multiply_add(SPREAD(factor, 0), row, sum[0]);
      sum[1] = multiply_add(SPREAD(factor, 1), row, sum[1]);
      sum[2] = multiply_add(SPREAD(factor, 2), row, sum[2]);
      sum[3] = multiply_add(SPREAD(factor, 3), row, sum[3]);
      block += block_count(i + 1) * LANES;
    }
    for (size_t j = 0; j < 4 && s + j < count; j += 1)
      store_all(sums + (s + j) * sum_stride, sum[j]);
  }
}

// The lane sum over the positions of a row, of each head in all its lanes:
// block b counts for the lanes 4 (b mod 4) and on. The terms are the blocks, or
// their fused products with others.
INLINE f32x16 sum_blocks(
    const float *blocks, const float *factors, size_t count) {
  f32x16 sums[4] = {0, 0, 0, 0};
  for (size_t b = 0; b < count; b += 4)
#pragma clang loop unroll(full)
    for (size_t j = 0; j < 4; j += 1)
      if (b + j < count) {
        const size_t at = (b + j) * LANES;
        const f32x16 term = load_all(blocks + at);
        sums[j] = factors ? multiply_add(load_all(factors + at), term, sums[j])
                          : sums[j] + term;
      }
  return sum_within_quads((sums[0] + sums[2]) + (sums[1] + sums[3]));
}

// Scales the scores of a row that sees so many positions and takes the greatest
// from them; those of no position become −∞. Returns the next row's place.
INLINE float *lower_scores(float *row, size_t seen) {
  const i32x16 lane_in_quad = {0, 1, 2, 3, 0, 1, 2, 3, 0, 1, 2, 3, 0, 1, 2, 3};
  const f32x16 none = -__builtin_inff();
  float *last = row + (block_count(seen) - 1) * LANES;
  f32x16 score = load_all(last) * 0.5f;
  score = lane_in_quad > (int32_t)((seen - 1) % 4) ? none : score;
  f32x16 top = score;
  for (float *at = row; at < last; at += LANES)
    top = greater(load_all(at) * 0.5f, top);
  top = greatest_within_quads(top);
  for (float *at = row; at < last; at += LANES)
    store_all(at, load_all(at) * 0.5f - top);
  store_all(last, score - top);
  return last + LANES;
}

// Divides the weights of a row by their sum. Returns the next row's place.
INLINE float *divide_by_sum(float *row, size_t seen) {
  const size_t blocks = block_count(seen);
  const f32x16 reciprocal = 1.0f / sum_blocks(row, NULL, blocks);
  for (size_t b = 0; b < blocks; b += 1, row += LANES)
    store_all(row, load_all(row) * reciprocal);
  return row;
}

// Four heads of a document. probabilities: (packed rows of blocks, 16).
INLINE void attend_four(
    float *outputs, float *probabilities, const float *queries,
    const float *keys, const float *values, size_t stride, size_t out_stride,
    size_t count) {
  dot_pairs(probabilities, queries, stride, keys, stride, 0, count);
  float *row = probabilities;
  for (size_t i = 0; i < count; i += 1) row = lower_scores(row, i + 1);
  exponentials(probabilities, probabilities, (size_t)(row - probabilities));
  row = probabilities;
  for (size_t i = 0; i < count; i += 1) row = divide_by_sum(row, i + 1);
  gather(outputs, out_stride, probabilities, values, stride, 0, count);
}

// Four heads of rows that see positions of their own, from column `at` on.
// probabilities: for each row (blocks, 16). All rows take each step together,
// as the steps of one wait for each other.
INLINE void attend_four_of_rows(
    float *outputs, float *probabilities, const float *queries,
    const mgpt_attended *positions, size_t count, size_t at, size_t stride) {
  float *row = probabilities;
  for (size_t i = 0; i < count; i += 1) {
    const size_t seen = positions[i].count;
    dot_pairs(
        row, queries + i * stride + at, stride, positions[i].keys + at, stride,
        seen - 1, 1);
    row = lower_scores(row, seen);
  }
  exponentials(probabilities, probabilities, (size_t)(row - probabilities));
  row = probabilities;
  for (size_t i = 0; i < count; i += 1) {
    const size_t seen = positions[i].count;
    const float *factors = row;
    row = divide_by_sum(row, seen);
    gather(
        outputs + i * stride + at, stride, factors, positions[i].values + at,
        stride, seen - 1, 1);
  }
}

// Four heads. probabilities and scratch: (packed rows of blocks, 16).
INLINE void attend_gradient_four(
    float *query_gradients, float *key_gradients, float *value_gradients,
    const float *output_gradients, const float *probabilities,
    const float *queries, const float *keys, const float *values,
    float *scratch, size_t stride, size_t out_stride, size_t count) {
  scatter(
      value_gradients, stride, probabilities, output_gradients, out_stride,
      count);
  dot_pairs(
      scratch, output_gradients, out_stride, values, stride, 0, count);
  // Softmax: the gradient of score s is p_s·(g_s − Σ p·g).
  const float *p = probabilities;
  float *g = scratch;
  for (size_t i = 0; i < count; i += 1) {
    const size_t blocks = block_count(i + 1);
    const f32x16 mean = sum_blocks(g, p, blocks);
    for (size_t b = 0; b < blocks; b += 1, p += LANES, g += LANES)
      store_all(g, (load_all(p) * (load_all(g) - mean)) * 0.5f);
  }
  gather(query_gradients, stride, scratch, keys, stride, 0, count);
  scatter(key_gradients, stride, scratch, queries, stride, count);
}
