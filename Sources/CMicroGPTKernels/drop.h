// Dropout. The random bits of an element follow from where it stands, so the
// backward pass computes them anew and no mask is kept.

// What stands between the columns' numbers before they are mixed: 2^32 divided
// by the golden ratio.
#define COLUMN_STEP 0x9e3779b9u

INLINE u32x16 random_bits(u32x16 start, uint32_t key) {
  u32x16 h = start;
  h = (h ^ (h >> 16)) * 0x85ebca6bu;
  h = (h ^ (h >> 13) ^ key) * 0xc2b2ae35u;
  return h ^ (h >> 16);
}

static void drop(
    float *outputs, const float *inputs, const float *residual,
    const mgpt_dropout *x, size_t first, size_t count, size_t width) {
  const u32x16 columns = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15};
  const u32x16 threshold = x->threshold;
  const f32x16 scale = x->scale;
  for (size_t row = 0; row < count; row += 1) {
    const uint64_t key = mgpt_key(x->key, first + row);
    u32x16 start = columns * COLUMN_STEP + (uint32_t)key;
    for (size_t k = 0; k < width; k += LANES) {
      const size_t at = row * width + k, rest = width - k;
      const u32x16 bits = random_bits(start, (uint32_t)(key >> 32));
      const f32x16 factor = bits < threshold ? (f32x16)0 : scale;
      const f32x16 v = load(inputs + at, rest);
      store(
          outputs + at,
          residual ? multiply_add(v, factor, load(residual + at, rest))
                   : v * factor,
          rest);
      start += LANES * COLUMN_STEP;
    }
  }
}
