// Transposition, eight rows and four columns at a time; and panels.

// Four columns of the rows r and r + 4, a quad each.
INLINE f32x8 load_quads(const float *from, size_t row) {
  f32x8 v;
  v.lo = load_quad(from);
  v.hi = load_quad(from + 4 * row);
  return v;
}

INLINE void store_eight(float *to, f32x8 v) {
  memcpy(to, &v, sizeof v);
}

// outputs: (4, 8), rows `to_row` apart; inputs: (8, 4), rows `from_row` apart.
INLINE void transpose_block(
    float *to, size_t to_row, const float *from, size_t from_row) {
  const f32x8 a = load_quads(from, from_row);
  const f32x8 b = load_quads(from + from_row, from_row);
  const f32x8 c = load_quads(from + 2 * from_row, from_row);
  const f32x8 d = load_quads(from + 3 * from_row, from_row);
  // Within each quad: the first two columns of two rows, and the last two.
  f32x8 ab = __builtin_shufflevector(a, b, 0, 8, 1, 9, 4, 12, 5, 13);
  f32x8 cd = __builtin_shufflevector(c, d, 0, 8, 1, 9, 4, 12, 5, 13);
  store_eight(to, __builtin_shufflevector(ab, cd, 0, 1, 8, 9, 4, 5, 12, 13));
  store_eight(
      to + to_row,
      __builtin_shufflevector(ab, cd, 2, 3, 10, 11, 6, 7, 14, 15));
  ab = __builtin_shufflevector(a, b, 2, 10, 3, 11, 6, 14, 7, 15);
  cd = __builtin_shufflevector(c, d, 2, 10, 3, 11, 6, 14, 7, 15);
  store_eight(
      to + 2 * to_row,
      __builtin_shufflevector(ab, cd, 0, 1, 8, 9, 4, 5, 12, 13));
  store_eight(
      to + 3 * to_row,
      __builtin_shufflevector(ab, cd, 2, 3, 10, 11, 6, 7, 14, 15));
}

INLINE void transpose_rest(
    float *to, size_t to_row, const float *from, size_t from_row, size_t rows,
    size_t columns) {
  for (size_t column = 0; column < columns; column += 1)
    for (size_t row = 0; row < rows; row += 1)
      to[column * to_row + row] = from[row * from_row + column];
}

// to: (columns, rows), rows to_row apart; from: (rows, columns), from_row.
INLINE void transpose(
    float *to, size_t to_row, const float *from, size_t from_row, size_t rows,
    size_t columns) {
  const size_t even_rows = rows - rows % 8, even = columns - columns % 4;
  for (size_t column = 0; column < even; column += 4)
    for (size_t row = 0; row < even_rows; row += 8)
      transpose_block(
          to + column * to_row + row, to_row, from + row * from_row + column,
          from_row);
  transpose_rest(
      to + even * to_row, to_row, from + even, from_row, even_rows,
      columns - even);
  transpose_rest(
      to + even_rows, to_row, from + even_rows * from_row, from_row,
      rows - even_rows, columns);
}

// Panels of a matrix: (columns / 16, height, 16), with zeros behind the last
// column; of its rows the first `rows`, `from_row` apart.
INLINE void copy_to_panels(
    float *panels, size_t height, const float *from, size_t from_row,
    size_t rows, size_t columns) {
  for (size_t k = 0; k < columns; k += LANES)
    for (size_t i = 0; i < rows; i += 1)
      store_all(
          panels + k * height + i * LANES,
          load(from + i * from_row + k, columns - k));
}

// Panels of the transpose of a matrix, (rows / 16, columns, 16), from its row
// `first` on; what stands behind the last row stays.
INLINE void transpose_to_panels(
    float *panels, size_t first, const float *from, size_t from_row,
    size_t rows, size_t columns) {
  const size_t end = first + rows;
  for (size_t row = first, lane, count; row < end; row += count) {
    lane = row % LANES;
    count = LANES - lane < end - row ? LANES - lane : end - row;
    float *to = panels + (row - lane) * columns + lane;
    if (count == LANES)
      transpose(to, LANES, from, from_row, LANES, columns);
    else
      transpose(to, LANES, from, from_row, count, columns);
    from += count * from_row;
  }
}

static void lay_out(
    float *forward_panels, float *backward_panels, const float *weights,
    size_t first, size_t count, size_t in, size_t out) {
  const float *from = weights + first * in;
  transpose_to_panels(forward_panels, first, from, in, count, in);
  if (backward_panels)
    copy_to_panels(
        backward_panels + first * LANES, out, from, in, count, in);
}
