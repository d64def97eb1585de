// Transposition, eight rows and four columns at a time.

// Four columns of the rows r and r + 4, a quad each.
INLINE f32x8 load_quads(const float *from, size_t columns) {
  f32x8 v;
  v.lo = load_quad(from);
  v.hi = load_quad(from + 4 * columns);
  return v;
}

INLINE void store_eight(float *to, f32x8 v) {
  memcpy(to, &v, sizeof v);
}

// outputs: (4, 8) of (columns, rows), inputs: (8, 4) of (rows, columns).
INLINE void transpose_block(
    float *outputs, const float *inputs, size_t rows, size_t columns) {
  const f32x8 a = load_quads(inputs, columns);
  const f32x8 b = load_quads(inputs + columns, columns);
  const f32x8 c = load_quads(inputs + 2 * columns, columns);
  const f32x8 d = load_quads(inputs + 3 * columns, columns);
  // Within each quad: the first two columns of two rows, and the last two.
  f32x8 ab = __builtin_shufflevector(a, b, 0, 8, 1, 9, 4, 12, 5, 13);
  f32x8 cd = __builtin_shufflevector(c, d, 0, 8, 1, 9, 4, 12, 5, 13);
  store_eight(
      outputs, __builtin_shufflevector(ab, cd, 0, 1, 8, 9, 4, 5, 12, 13));
  store_eight(
      outputs + rows,
      __builtin_shufflevector(ab, cd, 2, 3, 10, 11, 6, 7, 14, 15));
  ab = __builtin_shufflevector(a, b, 2, 10, 3, 11, 6, 14, 7, 15);
  cd = __builtin_shufflevector(c, d, 2, 10, 3, 11, 6, 14, 7, 15);
  store_eight(
      outputs + 2 * rows,
      __builtin_shufflevector(ab, cd, 0, 1, 8, 9, 4, 5, 12, 13));
  store_eight(
      outputs + 3 * rows,
      __builtin_shufflevector(ab, cd, 2, 3, 10, 11, 6, 7, 14, 15));
}

// `rows` is the number of rows of the whole matrix, and so the width of its
// transpose.
INLINE void transpose_rest(
    float *outputs, const float *inputs, size_t rows, size_t columns,
    size_t row_count, size_t column_count) {
  for (size_t row = 0; row < row_count; row += 1)
    for (size_t column = 0; column < column_count; column += 1)
      outputs[column * rows + row] = inputs[row * columns + column];
}

static void transpose(
    float *outputs, const float *inputs, size_t count, size_t rows,
    size_t columns) {
  const size_t even_count = count - count % 8, even = columns - columns % 4;
  for (size_t row = 0; row < even_count; row += 8)
    for (size_t column = 0; column < even; column += 4)
      transpose_block(
          outputs + column * rows + row, inputs + row * columns + column,
          rows, columns);
  if (even < columns)
    transpose_rest(
        outputs + even * rows, inputs + even, rows, columns, even_count,
        columns - even);
  transpose_rest(
      outputs + even_count, inputs + even_count * columns, rows, columns,
      count - even_count, columns);
}
