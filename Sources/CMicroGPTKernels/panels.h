// Large matrix products, from panels that stay in the nearest cache (Goto &
// van de Geijn 2008).
//
// B is cut into panels of up to PANEL_ROWS rows and a tile's columns, each
// copied together once and met by all rows of A. Where A is read column by
// column it is copied as well, in strips of a tile's rows.

enum {
  TILE_COLUMNS = TILE_VECTORS * LANES,
  PANEL_ROWS = 256,
  // Rows of A that pass by a panel: copied ones, and those that lie ready.
  STRIP_ROWS = 144,
  READY_ROWS = 240,
};

INLINE size_t least(size_t a, size_t b) {
  return a < b ? a : b;
}

// The product without its first rows and columns.
INLINE product part_of(product x, size_t row, size_t column) {
  const size_t at = row * x.c_row + column;
  x.c += at;
  if (x.start) x.start += at;
  if (x.gate) x.gate += at;
  x.a += row * x.a_row;
  x.b += column;
  x.rows -= row;
  x.columns -= column;
  return x;
}

// A panel as B: its rows lie together, with zeros behind x.columns.
INLINE void multiply_panel(
    product x, size_t tile_step, size_t vectors, size_t width) {
  x.b_row = vectors * LANES;
  const float *a = x.a;
  for (; x.rows > 0; a += tile_step) {
    x.a = a;
    if (x.rows < TILE_ROWS) {
      multiply_columns(&x, 0, vectors, width, x.b_row);
      return;
    }
    multiply_tile(&x, 0, 0, TILE_ROWS, vectors, width, vectors * LANES);
    x = part_of(x, TILE_ROWS, 0);
  }
}

static __attribute__((noinline)) void multiply_wide_panel(
    const product *x, size_t tile_step) {
  product y = *x;
  if (x->a_column == 1) {
    y.a_column = 1;
    multiply_panel(y, tile_step, TILE_VECTORS, TILE_COLUMNS);
  } else {
    y.a_row = 1;
    y.a_column = TILE_ROWS;
    multiply_panel(y, tile_step, TILE_VECTORS, TILE_COLUMNS);
  }
}

static __attribute__((noinline)) void multiply_narrow_panel(
    const product *x, size_t tile_step) {
  multiply_panel(*x, tile_step, 1, x->columns);
}

// All columns, panel by panel; x.inner is at most PANEL_ROWS.
static void multiply_terms(const product *whole, size_t tile_step) {
  float panel[PANEL_ROWS * TILE_COLUMNS];
  for (size_t column = 0; column < whole->columns;) {
    product x = part_of(*whole, 0, column);
    const int is_wide = x.columns >= TILE_COLUMNS;
    x.columns = least(x.columns, is_wide ? TILE_COLUMNS : LANES);
    float *to = panel;
    for (size_t i = 0; i < x.inner; i += 1)
      for (size_t k = 0; k < x.columns; k += LANES, to += LANES)
        store_all(to, load(x.b + i * x.b_row + k, x.columns - k));
    x.b = panel;
    if (is_wide)
      multiply_wide_panel(&x, tile_step);
    else
      multiply_narrow_panel(&x, tile_step);
    column += x.columns;
  }
}

// strips: (rows / TILE_ROWS, inner, TILE_ROWS); a: (inner, rows).
static void copy_strips(float *strips, const product *x) {
  for (size_t row = 0; row < x->rows; row += TILE_ROWS) {
    const size_t count = least(TILE_ROWS, x->rows - row);
    for (size_t i = 0; i < x->inner; i += 1, strips += TILE_ROWS) {
      const float *from = x->a + i * x->a_column + row;
      if (count == TILE_ROWS)
        memcpy(strips, from, TILE_ROWS * sizeof *from);
      else
        for (size_t r = 0; r < count; r += 1) strips[r] = from[r];
    }
  }
}

// The terms that one panel has room for, from the one numbered `first`.
static product terms_of(product x, size_t first, size_t count) {
  if (first > 0) x.start = x.c;
  if (first + count < x.inner) x.rectifies = 0, x.gate = NULL;
  x.a += first * x.a_column;
  x.b += first * x.b_row;
  x.inner = count;
  return x;
}

static __attribute__((noinline)) void multiply_by_panels(
    const product *whole) {
  float strips[STRIP_ROWS * PANEL_ROWS];
  const int copies = whole->a_column != 1;
  const size_t step = copies ? STRIP_ROWS : READY_ROWS;
  const size_t panels = (whole->inner + PANEL_ROWS - 1) / PANEL_ROWS;
  for (size_t row = 0; row < whole->rows; row += step)
    for (size_t panel = 0; panel < panels; panel += 1) {
      const size_t first = panel * whole->inner / panels;
      const size_t end = (panel + 1) * whole->inner / panels;
      product x = terms_of(part_of(*whole, row, 0), first, end - first);
      x.rows = least(step, x.rows);
      size_t tile_step = TILE_ROWS * x.a_row;
      if (copies) {
        copy_strips(strips, &x);
        x.a = strips;
        x.a_row = 1;
        x.a_column = TILE_ROWS;
        tile_step = TILE_ROWS * x.inner;
      }
      multiply_terms(&x, tile_step);
    }
}
