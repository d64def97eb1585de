// The three products of a linear layer, in blocks that stay in the caches (Goto
// & van de Geijn 2008): a panel of B in the nearest one, and in the next one
// the rows of A that pass by it.

enum {
  BLOCK_TERMS = 256,  // of the sums at a time: the rows of a panel
  BLOCK_HEIGHT = 240,  // rows of A at a time
  COPIED_HEIGHT = 144,  // the same, where they are copied together
};

// Which rows and terms of a product.
typedef struct {
  size_t row, rows, term, terms;
} block;

// Calls `visit` with all blocks, the terms of each row in order.
INLINE void for_blocks(
    const product *x, size_t height, void (*visit)(const product *, block)) {
  // One block without terms, where there are none.
  const size_t parts = x->inner / BLOCK_TERMS + (x->inner % BLOCK_TERMS != 0);
  const size_t count = parts > 0 ? parts : 1;
  for (size_t row = 0; row < x->rows; row += height)
    for (size_t part = 0; part < count; part += 1) {
      const size_t term = part * x->inner / count;
      const size_t end = (part + 1) * x->inner / count;
      visit(x, (block){row, least(height, x->rows - row), term, end - term});
    }
}

// A block of a product, but for A and B.
INLINE product part_of(const product *whole, block at) {
  product x = *whole;
  const size_t place = at.row * x.c_row;
  x.start = at.term > 0 ? x.c : x.start;
  if (x.start) x.start += place;
  x.c += place;
  const int is_last = at.term + at.terms == x.inner;
  x.rectifies = x.rectifies && is_last;
  x.gate = x.gate && is_last ? x.gate + place : NULL;
  x.rows = at.rows;
  x.inner = at.terms;
  return x;
}

INLINE void multiply_block(const product *whole, block at) {
  product x = part_of(whole, at);
  x.a += at.row * x.a_row + at.term;
  x.b += at.term * LANES;
  multiply_panels(&x);
}

INLINE void multiply_copied_block(const product *whole, block at) {
  float rows[COPIED_HEIGHT * BLOCK_TERMS];  // of A: (at.rows, at.terms)
  float panels[TILE_COLUMNS * BLOCK_TERMS];
  product x = part_of(whole, at);
  const float *b = x.b + at.term * x.b_row;
  transpose(
      rows, at.terms, x.a + at.term * x.a_column + at.row, x.a_column,
      at.terms, at.rows);
  x.a = rows;
  x.a_row = at.terms;
  x.b = panels;
  x.b_panel = at.terms * LANES;
  for (size_t column = 0; column < whole->columns; column += TILE_COLUMNS) {
    x.columns = least(TILE_COLUMNS, whole->columns - column);
    copy_to_panels(
        panels, at.terms, b + column, whole->b_row, at.terms, x.columns);
    multiply_panels(&x);
    x.c += TILE_COLUMNS;
    if (x.start) x.start += TILE_COLUMNS;
  }
}

// C = S + A · B, B in panels.
static void multiply(const product *x) {
  if (x->rows <= BLOCK_HEIGHT && x->inner <= BLOCK_TERMS)
    multiply_panels(x);
  else
    for_blocks(x, BLOCK_HEIGHT, multiply_block);
}

static __attribute__((noinline)) void multiply_copied(const product *x) {
  for_blocks(x, COPIED_HEIGHT, multiply_copied_block);
}

static void linear_forward(
    float *outputs, const float *inputs, const float *panels,
    const float *residual, int rectifies, size_t count, size_t in,
    size_t out) {
  multiply(&(product){
      .c = outputs, .start = residual, .a = inputs, .b = panels, .c_row = out,
      .a_row = in, .b_panel = in * LANES, .rows = count, .columns = out,
      .inner = in, .rectifies = rectifies});
}

static void linear_input_gradient(
    float *input_gradients, const float *output_gradients,
    const float *panels, const float *rectified, size_t count, size_t in,
    size_t out) {
  multiply(&(product){
      .c = input_gradients, .a = output_gradients, .b = panels, .c_row = in,
      .a_row = out, .b_panel = out * LANES, .rows = count, .columns = in,
      .inner = out, .gate = rectified});
}

static void linear_weight_gradient(
    float *weight_gradients, const float *output_gradients,
    const float *inputs, int adds, size_t count, size_t in, size_t out,
    size_t stride) {
  const product x = {
      .c = weight_gradients, .start = adds ? weight_gradients : NULL,
      .a = output_gradients, .b = inputs, .c_row = in, .a_column = stride,
      .b_row = in, .rows = out, .columns = in, .inner = count};
  // Where the inputs do not stay in the nearest cache, and are met often.
  if (count * in > 4096 && out > TILE_ROWS)
    multiply_copied(&x);
  else
    multiply_transposed(&x);
}
