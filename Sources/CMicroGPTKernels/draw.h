// From logits to tokens.

// Whether dividing by a number is the same as multiplying with 1 / it: it is a
// power of two, and so is that.
INLINE int divides_exactly(float number) {
  uint32_t bits;
  memcpy(&bits, &number, sizeof bits);
  return (bits & 0x7fffff) == 0 && number >= 0x1p-126f && number <= 0x1p126f;
}

static void weigh(
    float *weights, const float *logits, float temperature, size_t count,
    size_t width) {
  const int exact = divides_exactly(temperature);
  const float factor = 1 / temperature;
  for (size_t i = 0; i < count; i += 1) {
    const float *from = logits + i * width;
    float *to = weights + i * width;
    const float top = greatest_of(from, width);
    for (size_t k = 0; k < width; k += LANES) {
      const size_t rest = width - k;
      const f32x16 less = load(from + k, rest) - top;
      store(to + k, exact ? less * factor : less / temperature, rest);
    }
  }
  exponentials(weights, weights, count * width);
}

// Whether there is anything to pick: neither NaN nor infinity, nor nothing.
INLINE int is_total(double sum) {
  return sum > 0 && sum < (double)__builtin_inff();
}

// The first element at which the running sum exceeds a share of the total.
INLINE int32_t pick_one(const float *weights, double unit, size_t width) {
  double total = 0, sum = 0;
  for (size_t k = 0; k < width; k += 1) total += (double)weights[k];
  if (!is_total(total)) return -1;
  const double target = unit * total;
  size_t k = 0;
  for (; k + 1 < width; k += 1) {
    sum += (double)weights[k];
    if (sum > target) break;
  }
  return (int32_t)k;
}

enum { FEW_WEIGHTS = 64 };

// The same for four rows at once, as the additions of one wait for each other.
INLINE void pick_four(
    int32_t *picks, const float *weights, const double *units, size_t width) {
  f64x4 sums[FEW_WEIGHTS], sum = 0;
  for (size_t k = 0; k < width; k += 1) {
    const float *w = weights + k;
    sum += (f64x4){w[0], w[width], w[2 * width], w[3 * width]};
    sums[k] = sum;
  }
  f64x4 target;
  memcpy(&target, units, sizeof target);
  target *= sum;
  i64x4 places = 0;
  // A comparison that holds is −1.
  for (size_t k = 0; k + 1 < width; k += 1)
    places -= (i64x4)(sums[k] <= target);
  for (size_t r = 0; r < 4; r += 1)
    picks[r] = is_total(sum[r]) ? (int32_t)places[r] : -1;
}

static void pick(
    int32_t *picks, const float *weights, const double *units, size_t count,
    size_t width) {
  size_t i = 0;
  if (width <= FEW_WEIGHTS)
    for (; i + 4 <= count; i += 4)
      pick_four(picks + i, weights + i * width, units + i, width);
  for (; i < count; i += 1)
    picks[i] = pick_one(weights + i * width, units[i], width);
}
