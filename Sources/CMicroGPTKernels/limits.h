// What no kernel can exceed on this machine, to measure the others against.

// Twelve multiply_adds a round, in TILE_ROWS sums: enough of them to keep all
// units of a core busy while each waits for its last one (four or five cycles
// × two to four units, whatever the width of a register).
static float peak(size_t rounds) {
  // Not known to the compiler, which would else know the sums.
  volatile float half = 0.5f;
  const f32x16 factor = half, term = half;
  f32x16 sums[TILE_ROWS];
#pragma clang loop unroll(full)
  for (size_t r = 0; r < TILE_ROWS; r += 1) sums[r] = half * (float)r;
  for (size_t i = 0; i < rounds * 12 / TILE_ROWS; i += 1)
#pragma clang loop unroll(full)
    for (size_t r = 0; r < TILE_ROWS; r += 1)
      sums[r] = multiply_add(sums[r], factor, term);
  f32x16 total = 0;
#pragma clang loop unroll(full)
  for (size_t r = 0; r < TILE_ROWS; r += 1) total += sums[r];
  return sum(total) / (LANES * TILE_ROWS);
}

// Four sums, lest reading waits for adding.
static float read_memory(const float *values, size_t count) {
  f32x16 sums[4] = {0};
  size_t i = 0;
  for (; i + 4 * LANES <= count; i += 4 * LANES)
#pragma clang loop unroll(full)
    for (size_t k = 0; k < 4; k += 1)
      sums[k] += load_all(values + i + k * LANES);
  for (; i < count; i += LANES) sums[0] += load(values + i, count - i);
  return sum((sums[0] + sums[1]) + (sums[2] + sums[3]));
}
