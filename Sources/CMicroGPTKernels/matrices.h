// Matrix products whose outputs are running sums: what training needs.
//
// All three products of a linear layer are C = S + A · B with rows of B as
// vectors and elements of A in all lanes. C is computed block by block, each
// in registers: TILE_ROWS rows, as many as the set has room for, and up to 16
// columns. Each element is one running sum whatever the block, so the
// bits do not depend on how the blocks are cut.

typedef struct {
  float *c;            // (rows, columns)
  const float *start;  // (rows, columns); NULL for zeros
  const float *a;      // row r, column i at r × a_row + i × a_column
  size_t a_row, a_column;
  const float *b;  // (inner, columns)
  size_t rows, columns, inner;
  int rectifies;      // whether negative elements of C become 0
  const float *gate;  // (rows, columns): where 0, C becomes 0; or NULL
} product;

// One block. `rows` and a full `width` are constants where this is inlined.
INLINE void multiply_block(
    const product *x, size_t row, size_t column, size_t rows, size_t width) {
  const size_t columns = x->columns, inner = x->inner;
  const size_t a_row = x->a_row, a_column = x->a_column;
  const size_t at = row * columns + column;
  const float *a = x->a + row * a_row, *b = x->b + column;
  f32x16 sums[TILE_ROWS];
  const float *start = x->start;
#pragma clang loop unroll(full)
  for (size_t r = 0; r < rows; r += 1)
    sums[r] = start ? load(start + at + r * columns, width) : 0;
  for (size_t i = 0; i < inner; i += 1, a += a_column, b += columns) {
    const f32x16 lanes = load(b, width);
#pragma clang loop unroll(full)
    for (size_t r = 0; r < rows; r += 1)
      sums[r] = multiply_add(a[r * a_row], lanes, sums[r]);
  }
  if (x->rectifies)
#pragma clang loop unroll(full)
    for (size_t r = 0; r < rows; r += 1)
      // NaN stays, so that a broken run shows.
      sums[r] = sums[r] <= 0.0f ? (f32x16)0 : sums[r];
  if (x->gate)
#pragma clang loop unroll(full)
    for (size_t r = 0; r < rows; r += 1) {
      const f32x16 gate = load(x->gate + at + r * columns, width);
      sums[r] = gate == 0.0f ? (f32x16)0 : sums[r];
    }
  float *c = x->c + at;
#pragma clang loop unroll(full)
  for (size_t r = 0; r < rows; r += 1)
    store(c + r * columns, sums[r], width);
}

// Up to 16 columns of C.
INLINE void multiply_columns(const product *x, size_t column, size_t width) {
  // Blocks as even as can be: 7 rows are 4 and 3, not 6 and 1, which would
  // wait for each of its sums.
  const size_t blocks = (x->rows + TILE_ROWS - 1) / TILE_ROWS;
  if (blocks == 0) return;
  const size_t rows = x->rows / blocks, longer = x->rows % blocks;
  size_t row = 0;
  for (size_t block = 0; block < blocks; block += 1) {
    const size_t count = rows + (block < longer);
    switch (count) {
#define BLOCK(rows)                                                        \
  case rows:                                                               \
    if (rows <= TILE_ROWS) multiply_block(x, row, column, rows, width);    \
    break;
      BLOCK(1) BLOCK(2) BLOCK(3) BLOCK(4) BLOCK(5) BLOCK(6)
      BLOCK(7) BLOCK(8) BLOCK(9) BLOCK(10) BLOCK(11) BLOCK(12)
#undef BLOCK
    }
    row += count;
  }
}

// Fewer than 16 columns, for all products alike.
static __attribute__((noinline)) void multiply_edge(
    const product *x, size_t column) {
  multiply_columns(x, column, x->columns - column);
}

INLINE void multiply(product x) {
  // The last block begins earlier rather than being a narrow one, where it
  // does no harm to compute some columns twice.
  const size_t rest = x.columns % LANES;
  const int repeats = rest > 0 && x.columns > LANES && x.start != x.c;
  const size_t end = x.columns - rest + (repeats ? LANES : 0);
  for (size_t column = 0; column < end; column += LANES) {
    const size_t last = x.columns - LANES;
    multiply_columns(&x, column < last ? column : last, LANES);
  }
  if (end < x.columns) {
    const product edge = x;
    multiply_edge(&edge, end);
  }
}

static void linear_forward(
    float *outputs, const float *inputs, const float *transposed_weights,
    const float *residual, int rectifies, size_t count, size_t in,
    size_t out) {
  multiply((product){
      .c = outputs, .start = residual, .a = inputs, .a_row = in,
      .a_column = 1, .b = transposed_weights, .rows = count, .columns = out,
      .inner = in, .rectifies = rectifies});
}

static void linear_input_gradient(
    float *input_gradients, const float *output_gradients,
    const float *weights, const float *rectified, size_t count, size_t in,
    size_t out) {
  multiply((product){
      .c = input_gradients, .a = output_gradients, .a_row = out,
      .a_column = 1, .b = weights, .rows = count, .columns = in,
      .inner = out, .gate = rectified});
}

static void linear_weight_gradient(
    float *weight_gradients, const float *output_gradients,
    const float *inputs, int adds, size_t count, size_t in, size_t out) {
  multiply((product){
      .c = weight_gradients, .start = adds ? weight_gradients : NULL,
      .a = output_gradients, .a_row = 1, .a_column = out, .b = inputs,
      .rows = out, .columns = in, .inner = count});
}
