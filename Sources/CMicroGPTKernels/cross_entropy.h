// Cross-entropy of rows of logits, and its gradient.

// `full`, the width rounded down to a multiple of 16, is a constant where this
// is inlined for small vocabularies.
INLINE void cross_entropy_rows(
    float *gradients, mgpt_row_loss *losses, const float *logits,
    const int32_t *targets, float weight, size_t count, size_t width,
    size_t full) {
  const size_t rest = width - full;
  const float none = -__builtin_inff();
  for (size_t row = 0; row < count; row += 1) {
    const float *l = logits + row * width;
    float *g = gradients + row * width;
    f32x16 top = none, tail = none;
    for (size_t k = 0; k < full; k += LANES)
      top = greater(load_all(l + k), top);
    if (rest > 0) tail = load_some(l + full, rest, none);
    const float most = greatest(greater(tail, top));
    losses[row].margin = (double)most - (double)l[targets[row]];
    for (size_t k = 0; k < full; k += LANES)
      store_all(g + k, load_all(l + k) - most);
    if (rest > 0) store_some(g + full, tail - most, rest);
  }
  // All rows as one, so that no lane is idle.
  exponentials(gradients, gradients, count * width);
  for (size_t row = 0; row < count; row += 1) {
    float *g = gradients + row * width;
    f32x16 sums = 0, tail = 0;
    for (size_t k = 0; k < full; k += LANES) sums += load_all(g + k);
    if (rest > 0) tail = load_some(g + full, rest, 0);
    const float total = sum(sums + tail), factor = weight / total;
    losses[row].total = (double)total;
    for (size_t k = 0; k < full; k += LANES)
      store_all(g + k, load_all(g + k) * factor);
    if (rest > 0) store_some(g + full, tail * factor, rest);
    g[targets[row]] -= weight;
  }
}

static void cross_entropy(
    float *gradients, mgpt_row_loss *losses, const float *logits,
    const int32_t *targets, float weight, size_t count, size_t width) {
  const size_t full = width - width % LANES;
  if (full == LANES)
    cross_entropy_rows(
        gradients, losses, logits, targets, weight, count, width, LANES);
  else
    cross_entropy_rows(
        gradients, losses, logits, targets, weight, count, width, full);
}

// One logarithm serves many rows; the product stays far from overflow.
static double loss_of_rows(const mgpt_row_loss *losses, size_t count) {
  double loss = 0, product = 1;
  for (size_t row = 0; row < count; row += 1) {
    loss += losses[row].margin;
    product *= losses[row].total;
    if (!(product < 0x1p512)) loss += logarithm(product), product = 1;
  }
  return loss + logarithm(product);
}
