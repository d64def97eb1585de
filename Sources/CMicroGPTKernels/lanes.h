// Sixteen lanes of f32: loads, stores, and the sums in which lanes mix.

// Loads up to 16 elements; the lanes behind them are `rest`.
INLINE f32x16 load_or(const float *from, size_t count, float rest) {
  if (count < LANES) return load_some(from, count, rest);
  f32x16 vector;
  memcpy(&vector, from, sizeof vector);
  return vector;
}

INLINE f32x16 load(const float *from, size_t count) {
  return load_or(from, count, 0);
}

INLINE f32x16 load_all(const float *from) {
  return load(from, LANES);
}

// Stores the first `count` lanes, at most 16.
INLINE void store(float *to, f32x16 vector, size_t count) {
  if (count < LANES)
    store_some(to, vector, count);
  else
    memcpy(to, &vector, sizeof vector);
}

INLINE void store_all(float *to, f32x16 vector) {
  store(to, vector, LANES);
}

INLINE f32x4 load_quad(const float *from) {
  f32x4 quad;
  memcpy(&quad, from, sizeof quad);
  return quad;
}

INLINE void store_quad(float *to, f32x4 quad) {
  memcpy(to, &quad, sizeof quad);
}

// a × b + c, rounded once in the fused sets and twice in the baseline.
INLINE f32x16 multiply_add(f32x16 a, f32x16 b, f32x16 c) {
#if FUSED
  return __builtin_elementwise_fma(a, b, c);
#else
  return a * b + c;
#endif
}

INLINE float multiply_add_one(float a, float b, float c) {
#if FUSED
  return __builtin_fmaf(a, b, c);
#else
  return a * b + c;
#endif
}

INLINE f32x4 multiply_add_quad(f32x4 a, f32x4 b, f32x4 c) {
#if FUSED
  return __builtin_elementwise_fma(a, b, c);
#else
  return a * b + c;
#endif
}

// The square root, correctly rounded everywhere.
#define root(value) __builtin_elementwise_sqrt(value)

INLINE f32x16 greater(f32x16 a, f32x16 b) {
  return a > b ? a : b;
}

// Folds 16 lanes to 4: lane l takes in l + 8, then l + 4.
INLINE f32x4 fold(f32x16 v) {
  f32x8 half = v.lo + v.hi;
  return half.lo + half.hi;
}

// The rest of the tree: lane l takes in l + 2, then l + 1.
INLINE float sum_quad(f32x4 quad) {
  f32x2 pair = quad.lo + quad.hi;
  return pair.x + pair.y;
}

INLINE float sum(f32x16 vector) {
  return sum_quad(fold(vector));
}

// The sums of four vectors at once, by the same tree.
INLINE f32x4 sum_four(f32x16 a, f32x16 b, f32x16 c, f32x16 d) {
  f32x4 qa = fold(a), qb = fold(b), qc = fold(c), qd = fold(d);
  f32x4 ab = __builtin_shufflevector(qa, qb, 0, 4, 1, 5)
             + __builtin_shufflevector(qa, qb, 2, 6, 3, 7);
  f32x4 cd = __builtin_shufflevector(qc, qd, 0, 4, 1, 5)
             + __builtin_shufflevector(qc, qd, 2, 6, 3, 7);
  return __builtin_shufflevector(ab, cd, 0, 1, 4, 5)
         + __builtin_shufflevector(ab, cd, 2, 3, 6, 7);
}

INLINE float greatest(f32x16 v) {
  f32x8 half = v.lo > v.hi ? v.lo : v.hi;
  f32x4 quad = half.lo > half.hi ? half.lo : half.hi;
  f32x2 pair = quad.lo > quad.hi ? quad.lo : quad.hi;
  return pair.x > pair.y ? pair.x : pair.y;
}

// The lane sum of products of two rows.
INLINE float dot(const float *a, const float *b, size_t count) {
  if (count == 4)  // the narrow heads of small models
    return sum_quad(multiply_add_quad(load_quad(a), load_quad(b), 0));
  f32x16 total = 0;
  size_t i = 0;
  for (; i + LANES <= count; i += LANES)
    total = multiply_add(load_all(a + i), load_all(b + i), total);
  if (i < count)
    total = multiply_add(load(a + i, count - i), load(b + i, count - i), total);
  return sum(total);
}
