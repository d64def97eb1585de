// Matrix products whose outputs are running sums: what training needs.
//
// All are C = S + A · B with rows of B as vectors and elements of A in all
// lanes. C is computed tile by tile, each in registers: up to TILE_ROWS rows,
// as many as the set has room for, and up to TILE_VECTORS × 16 columns. Each
// element is one running sum whatever the tile, so the bits do not depend on
// how the tiles are cut, nor on how many terms come at a time, since the sums
// may rest in C meanwhile.

typedef struct {
  float *c;            // (rows, columns), rows c_row apart
  const float *start;  // as C; NULL for zeros
  const float *a;      // row r, column i at r × a_row + i × a_column
  const float *b;      // (inner, columns), rows b_row apart
  size_t c_row, a_row, a_column, b_row;
  size_t rows, columns, inner;
  int rectifies;      // whether negative elements of C become 0
  const float *gate;  // as C: where 0, C becomes 0; or NULL
} product;

#define UNROLL _Pragma("clang loop unroll(full)")

// One tile of `rows` × `width`, cut into `vectors` of which only the last may
// be narrow; of a row of B, `readable` elements may be read. All but row and
// column are constants where this is inlined, if the width is full.
INLINE void multiply_tile(
    const product *x, size_t row, size_t column, size_t rows, size_t vectors,
    size_t width, size_t readable) {
  const size_t inner = x->inner, b_row = x->b_row, c_row = x->c_row;
  const size_t a_row = x->a_row, a_column = x->a_column;
  const size_t count = rows * vectors, at = row * c_row + column;
  const float *start = x->start, *gate = x->gate, *b = x->b + column;
  const float *a[TILE_ROWS];
  UNROLL for (size_t r = 0; r < rows; r += 1)
    a[r] = x->a + (row + r) * a_row;

  f32x16 sums[TILE_ROWS * TILE_VECTORS];
  UNROLL for (size_t t = 0; t < count; t += 1) {
    const size_t r = t / vectors, k = t % vectors * LANES;
    sums[t] = start ? load(start + at + r * c_row + k, width - k) : 0;
  }
  for (size_t i = 0; i < inner; i += 1, b += b_row) {
    f32x16 factors[TILE_VECTORS];
    UNROLL for (size_t v = 0; v < vectors; v += 1)
      factors[v] = load(b + v * LANES, readable - v * LANES);
    UNROLL for (size_t t = 0; t < count; t += 1)
      sums[t] = multiply_add(
          a[t / vectors][i * a_column], factors[t % vectors], sums[t]);
  }
  UNROLL for (size_t t = 0; t < count; t += 1) {
    const size_t r = t / vectors, k = t % vectors * LANES;
    const size_t place = at + r * c_row + k;
    f32x16 sum = sums[t];
    // NaN stays, so that a broken run shows.
    if (x->rectifies) sum = sum <= 0.0f ? (f32x16)0 : sum;
    if (gate) {
      const f32x16 open = load(gate + place, width - k);
      sum = open == 0.0f ? (f32x16)0 : sum;
    }
    store(x->c + place, sum, width - k);
  }
}

// Some columns of C, at most a tile's, tile by tile.
INLINE void multiply_columns(
    const product *x, size_t column, size_t vectors, size_t width,
    size_t readable) {
  // Tiles as even as can be: 7 rows are 4 and 3, not 6 and 1, which would
  // wait for each of its sums.
  const size_t tiles = (x->rows + TILE_ROWS - 1) / TILE_ROWS;
  if (tiles == 0) return;
  const size_t rows = x->rows / tiles, longer = x->rows % tiles;
  size_t row = 0;
  for (size_t tile = 0; tile < tiles; tile += 1) {
    const size_t count = rows + (tile < longer);
    switch (count) {
#define TILE(rows)                                                        \
  case rows:                                                              \
    if (rows <= TILE_ROWS)                                                \
      multiply_tile(x, row, column, rows, vectors, width, readable);      \
    break;
      TILE(1) TILE(2) TILE(3) TILE(4) TILE(5) TILE(6)
      TILE(7) TILE(8) TILE(9) TILE(10) TILE(11) TILE(12)
#undef TILE
    }
    row += count;
  }
}

// Fewer than 16 columns, for all products alike.
static __attribute__((noinline)) void multiply_edge(
    const product *x, size_t column) {
  const size_t width = x->columns - column;
  multiply_columns(x, column, 1, width, width);
}

// B as it lies: for what stays in the nearest cache.
INLINE void multiply_in_place(const product *x) {
  // The last tile begins earlier rather than being a narrow one, where it
  // does no harm to compute some columns twice.
  const size_t columns = x->columns, rest = columns % LANES;
  const int repeats = rest > 0 && columns > LANES && x->start != x->c;
  const size_t end = columns - rest + (repeats ? LANES : 0);
  for (size_t column = 0; column < end; column += LANES) {
    const size_t last = columns - LANES;
    multiply_columns(x, column < last ? column : last, 1, LANES, LANES);
  }
  if (end < columns) {
    const product edge = *x;
    multiply_edge(&edge, end);
  }
}
