// Rows shorter than a vector, in pieces of fixed size, since a copy of variable
// size is a library call. For sets without cheap masks.

// Loads `count` (1 to 15) elements; the lanes behind them are `rest`.
REST f32x16 load_pieces(const float *from, size_t count, float rest) {
  f32x16 vector = rest;
  float lanes[LANES];
  memcpy(lanes, &vector, sizeof lanes);
  size_t done = 0;
  if (count & 8) memcpy(lanes, from, 32), done = 8;
  if (count & 4) memcpy(lanes + done, from + done, 16), done += 4;
  if (count & 2) memcpy(lanes + done, from + done, 8), done += 2;
  if (count & 1) lanes[done] = from[done];
  memcpy(&vector, lanes, sizeof vector);
  return vector;
}

// Stores the first `count` (1 to 15) lanes.
REST void store_pieces(float *to, f32x16 vector, size_t count) {
  f32x8 half = vector.lo;
  if (count & 8) memcpy(to, &half, sizeof half), to += 8, half = vector.hi;
  f32x4 quad = half.lo;
  if (count & 4) memcpy(to, &quad, sizeof quad), to += 4, quad = half.hi;
  f32x2 pair = quad.lo;
  if (count & 2) memcpy(to, &pair, sizeof pair), to += 2, pair = quad.hi;
  if (count & 1) *to = pair.x;
}
