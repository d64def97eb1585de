// Matrix products whose outputs are running sums: for training, and for
// sampling small models.
//
// All are C = S + A · B with rows of B as vectors and elements of A in all
// lanes. C is computed tile by tile, each in registers: up to TILE_ROWS rows,
// as many as the set has room for, and up to TILE_VECTORS × 16 columns. Each
// element is one running sum whatever the tile, so the bits do not depend on
// how the tiles are cut, nor on how many terms come at a time, since the sums
// may rest in C meanwhile.
//
// B lies in panels, (columns / 16, inner, 16), or as a matrix does: then its
// panels are interleaved.

typedef struct {
  float *c;            // (rows, columns), rows c_row apart
  const float *start;  // as C; NULL for zeros
  const float *a;      // row r, column i at r × a_row + i × a_column
  const float *b;      // rows b_row apart, panels b_panel
  size_t c_row, a_row, a_column, b_row, b_panel;
  size_t rows, columns, inner;
  int rectifies;      // whether negative elements of C become 0
  const float *gate;  // as C: where 0, C becomes 0; or NULL
} product;

enum { TILE_COLUMNS = TILE_VECTORS * LANES };

#define UNROLL _Pragma("clang loop unroll(full)")

// One tile of `rows` × `width`, cut into `vectors` of which only the last may
// be narrow; of a row of its last panel, `readable` elements may be read. All
// but row and column are constants where this is inlined, if the width is full.
INLINE void multiply_tile(
    const product *x, size_t row, size_t column, size_t rows, size_t vectors,
    size_t width, size_t readable) {
  const size_t inner = x->inner, c_row = x->c_row, b_panel = x->b_panel;
  const size_t count = rows * vectors, at = row * c_row + column;
  const float *start = x->start;
  const float *a[TILE_ROWS], *b = x->b + column / LANES * b_panel;
  UNROLL for (size_t r = 0; r < rows; r += 1)
    a[r] = x->a + (row + r) * x->a_row;

  f32x16 sums[TILE_ROWS * TILE_VECTORS];
  if (start)
    UNROLL for (size_t t = 0; t < count; t += 1) {
      const size_t r = t / vectors, k = t % vectors * LANES;
      sums[t] = load(start + at + r * c_row + k, width - k);
    }
  else
    UNROLL for (size_t t = 0; t < count; t += 1) sums[t] = 0;
  for (size_t i = 0; i < inner; i += 1, b += x->b_row) {
    f32x16 factors[TILE_VECTORS];
    UNROLL for (size_t v = 0; v < vectors; v += 1)
      factors[v] = load(b + v * b_panel, readable);
    UNROLL for (size_t t = 0; t < count; t += 1)
      sums[t] = multiply_add(
          a[t / vectors][i * x->a_column], factors[t % vectors], sums[t]);
  }
  // NaN stays, so that a broken run shows.
  if (x->rectifies)
    UNROLL for (size_t t = 0; t < count; t += 1)
      sums[t] = sums[t] <= 0.0f ? (f32x16)0 : sums[t];
#ifndef MGPT_SAMPLES_ONLY  // gates are for gradients
  const float *gate = x->gate;
  if (gate)
    UNROLL for (size_t t = 0; t < count; t += 1) {
      const size_t r = t / vectors, k = t % vectors * LANES;
      const f32x16 open = load(gate + at + r * c_row + k, width - k);
      sums[t] = open == 0.0f ? (f32x16)0 : sums[t];
    }
#endif
  float *c = x->c + at;
  UNROLL for (size_t t = 0; t < count; t += 1) {
    const size_t r = t / vectors, k = t % vectors * LANES;
    store(c + r * c_row + k, sums[t], width - k);
  }
}

INLINE size_t least(size_t a, size_t b) {
  return a < b ? a : b;
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

// All columns. Behind the last one, panels have something to read.
INLINE void multiply_all(const product *x, int has_panels) {
  size_t column = 0, rest = x->columns;
#ifndef MGPT_SAMPLES_ONLY  // or the last loop serves all widths
  for (; rest >= TILE_COLUMNS; column += TILE_COLUMNS, rest -= TILE_COLUMNS)
    multiply_columns(x, column, TILE_VECTORS, TILE_COLUMNS, LANES);
  for (; rest >= LANES; column += LANES, rest -= LANES)
    multiply_columns(x, column, 1, LANES, LANES);
#endif
  for (; column < x->columns; column += LANES, rest -= LANES)
    multiply_columns(
        x, column, 1, least(rest, LANES), has_panels ? LANES : rest);
}

// C = S + A · B, B in panels; x.a_column and x.b_row are set here.
static __attribute__((noinline)) void multiply_panels(const product *whole) {
  product x = *whole;
  x.a_column = 1;
  x.b_row = LANES;
  multiply_all(&x, 1);
}

// C = S + Aᵀ · B, both as matrices lie; x.a_row and x.b_panel are set here.
static __attribute__((noinline)) void multiply_transposed(
    const product *whole) {
  product x = *whole;
  x.a_row = 1;
  x.b_panel = LANES;
  multiply_all(&x, 0);
}
