// Causal attention when training, one head after the other: for heads of any
// width, in memory that grows with the positions, not with their square.
//
// BLOCK_ROWS rows of probabilities exist at a time. The gradient computes them
// again, from the greatest score of each row and the sum of its exponentials
// (after Dao et al. 2022).

// Panels of the transpose of rows, with zeros behind the last row: scores that
// nobody sees must be numbers, since they are multiplied by 0.
static void turn_to_panels(
    float *panels, const float *rows, size_t stride, size_t count,
    size_t width) {
  if (count % LANES != 0)
    memset(
        panels + count / LANES * LANES * width, 0,
        LANES * width * sizeof *panels);
  transpose_to_panels(panels, 0, rows, stride, count, width);
}

// C = S + Aᵀ · B, with S = C for the first rows of C and S = 0 for the others.
static void add_transposed(product x, size_t first) {
  const size_t rows = x.rows;
  x.start = x.c;
  x.rows = first;
  multiply_transposed(&x);
  x.start = NULL;
  x.c += first * x.c_row;
  x.a += first;
  x.rows = rows - first;
  multiply_transposed(&x);
}

// What the rows of scores keep for the gradient.
typedef struct {
  float top;         // the greatest score
  float reciprocal;  // 1 / the sum of the exponentials
} softmax_row;

// Which lanes stand for the first `count` elements.
INLINE i32x16 first_lanes(size_t count) {
  const i32x16 lane = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15};
  return lane < (int32_t)(count < LANES ? count : LANES);
}

// The greatest of the scores that are seen. row: (padded(seen)).
INLINE float greatest_score(const float *row, size_t seen) {
  const f32x16 none = -__builtin_inff();
  f32x16 top = none;
  for (size_t k = 0; k < seen; k += LANES)
    top = greater(first_lanes(seen - k) ? load_all(row + k) : none, top);
  return greatest(top);
}

// Turns scores into exponentials, those that are not seen into 0.
// Returns the lane sum. row: (room).
INLINE float exponentiate(
    float *row, float scale, float top, size_t seen, size_t room) {
  f32x16 total = 0;
  for (size_t k = 0; k < room; k += LANES) {
    f32x16 e = 0;
    if (k < seen) {
      e = exponential(load_all(row + k) * scale - top);
      e = first_lanes(seen - k) ? e : (f32x16)0;
      total += e;
    }
    store_all(row + k, e);
  }
  return sum(total);
}

INLINE void multiply_row(float *row, float factor, size_t seen) {
  for (size_t k = 0; k < seen; k += LANES)
    store_all(row + k, load_all(row + k) * factor);
}

// kept: (heads, count); scratch: panels of keys and values, a block of scores.
static void attend_by_blocks(
    float *outputs, softmax_row *kept, float *scratch, const float *queries,
    const float *keys, const float *values, const mgpt_attention_shape *x) {
  const size_t count = x->count, width = x->head_width, room = padded(count);
  const float scale = 1 / root((float)width);
  float *key_columns = scratch, *value_panels = key_columns + room * width;
  float *scores = value_panels + count * padded(width);
  for (size_t head = 0; head < x->heads; head += 1, kept += count) {
    const size_t offset = head * width;
    turn_to_panels(key_columns, keys + offset, x->stride, count, width);
    copy_to_panels(
        value_panels, count, values + offset, x->stride, count, width);
    for (size_t first = 0; first < count; first += BLOCK_ROWS) {
      const size_t rows = least(BLOCK_ROWS, count - first);
      const size_t seen = first + rows;
      multiply(&(product){
          .c = scores, .c_row = room,
          .a = queries + first * x->stride + offset, .a_row = x->stride,
          .b = key_columns, .b_panel = width * LANES, .rows = rows,
          .columns = padded(seen), .inner = width});
      for (size_t i = 0; i < rows; i += 1) {
        float *row = scores + i * room;
        const float top = greatest_score(row, first + i + 1) * scale;
        const float total =
            exponentiate(row, scale, top, first + i + 1, padded(seen));
        kept[first + i] = (softmax_row){top, 1 / total};
        multiply_row(row, 1 / total, first + i + 1);
      }
      multiply(&(product){
          .c = outputs + first * x->out_stride + offset,
          .c_row = x->out_stride, .a = scores, .a_row = room,
          .b = value_panels, .b_panel = count * LANES, .rows = rows,
          .columns = width, .inner = seen});
    }
  }
}

// Turns the gradients of probabilities into those of scores, in place.
// Both: (room).
INLINE void softmax_gradient(
    float *gradients, const float *probabilities, float scale, size_t room) {
  // The gradient of score s is p_s·(g_s − Σ p·g).
  const float mean = dot(probabilities, gradients, room);
  for (size_t k = 0; k < room; k += LANES) {
    const f32x16 p = load_all(probabilities + k);
    store_all(gradients + k, (p * (load_all(gradients + k) - mean)) * scale);
  }
}

// kept: as attend_by_blocks left it; scratch: three sets of panels, two blocks.
static void attend_gradient_by_blocks(
    float *query_gradients, float *key_gradients, float *value_gradients,
    const float *output_gradients, const softmax_row *kept, float *scratch,
    const float *queries, const float *keys, const float *values,
    const mgpt_attention_shape *x) {
  const size_t count = x->count, width = x->head_width, room = padded(count);
  const size_t stride = x->stride, out_stride = x->out_stride;
  const float scale = 1 / root((float)width);
  float *key_columns = scratch, *value_columns = key_columns + room * width;
  float *key_panels = value_columns + room * width;
  float *p = key_panels + count * padded(width), *g = p + BLOCK_ROWS * room;
  for (size_t head = 0; head < x->heads; head += 1, kept += count) {
    const size_t offset = head * width;
    turn_to_panels(key_columns, keys + offset, stride, count, width);
    turn_to_panels(value_columns, values + offset, stride, count, width);
    copy_to_panels(key_panels, count, keys + offset, stride, count, width);
    for (size_t first = 0; first < count; first += BLOCK_ROWS) {
      const size_t rows = least(BLOCK_ROWS, count - first);
      const size_t seen = first + rows, at = first * stride + offset;
      const float *output = output_gradients + first * out_stride + offset;
      product scores = {
          .c = p, .c_row = room, .a = queries + at, .a_row = stride,
          .b = key_columns, .b_panel = width * LANES, .rows = rows,
          .columns = padded(seen), .inner = width};
      multiply(&scores);
      scores.c = g, scores.a = output, scores.a_row = out_stride;
      scores.b = value_columns;
      multiply(&scores);
      for (size_t i = 0; i < rows; i += 1) {
        const softmax_row *row = kept + first + i;
        const size_t own = first + i + 1;
        exponentiate(p + i * room, scale, row->top, own, padded(seen));
        multiply_row(p + i * room, row->reciprocal, own);
        softmax_gradient(g + i * room, p + i * room, scale, padded(seen));
      }
      multiply(&(product){
          .c = query_gradients + at, .c_row = stride, .a = g, .a_row = room,
          .b = key_panels, .b_panel = count * LANES, .rows = rows,
          .columns = width, .inner = seen});
      product sums = {
          .c = key_gradients + offset, .c_row = stride, .a = g,
          .a_column = room, .b = queries + at, .b_row = stride, .rows = seen,
          .columns = width, .inner = rows};
      add_transposed(sums, first);
      sums.c = value_gradients + offset, sums.a = p;
      sums.b = output, sums.b_row = out_stride;
      add_transposed(sums, first);
    }
  }
}
