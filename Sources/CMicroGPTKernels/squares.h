// The sum of squares, of which the norm of a gradient is the root.

// A product of two f32 is exact in f64, so it does not matter what is fused.
static double sum_of_squares(const float *values, size_t count) {
  f64x16 sums = 0;
  for (size_t i = 0; i < count; i += LANES) {
    const f64x16 v =
        __builtin_convertvector(load(values + i, count - i), f64x16);
    sums += v * v;
  }
  const f64x8 half = sums.lo + sums.hi;
  const f64x4 quad = half.lo + half.hi;
  const f64x2 pair = quad.lo + quad.hi;
  return pair.x + pair.y;
}
