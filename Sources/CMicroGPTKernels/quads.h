// What happens within quads of lanes: four lanes each, four of them.

// Of two vectors, the first halves of all quads interleaved, the second halves
// interleaved; the first halves one after the other, the second halves.
INLINE f32x16 interleave_low(f32x16 a, f32x16 b) {
  return __builtin_shufflevector(
      a, b, 0, 16, 1, 17, 4, 20, 5, 21, 8, 24, 9, 25, 12, 28, 13, 29);
}

INLINE f32x16 interleave_high(f32x16 a, f32x16 b) {
  return __builtin_shufflevector(
      a, b, 2, 18, 3, 19, 6, 22, 7, 23, 10, 26, 11, 27, 14, 30, 15, 31);
}

INLINE f32x16 join_low(f32x16 a, f32x16 b) {
  return __builtin_shufflevector(
      a, b, 0, 1, 16, 17, 4, 5, 20, 21, 8, 9, 24, 25, 12, 13, 28, 29);
}

INLINE f32x16 join_high(f32x16 a, f32x16 b) {
  return __builtin_shufflevector(
      a, b, 2, 3, 18, 19, 6, 7, 22, 23, 10, 11, 26, 27, 14, 15, 30, 31);
}

// Four vectors.
typedef struct {
  f32x16 rows[4];
} quartet;

// Lane j of each quad of the i-th vector becomes lane i of that of the j-th.
INLINE quartet transpose_quads(quartet x) {
  const f32x16 ab = interleave_low(x.rows[0], x.rows[1]);
  const f32x16 cd = interleave_low(x.rows[2], x.rows[3]);
  const f32x16 ef = interleave_high(x.rows[0], x.rows[1]);
  const f32x16 gh = interleave_high(x.rows[2], x.rows[3]);
  return (quartet){{
      join_low(ab, cd), join_high(ab, cd), join_low(ef, gh),
      join_high(ef, gh)}};
}

// In each quad, the lanes two further, and the neighbours.
INLINE f32x16 swap_pairs(f32x16 v) {
  return __builtin_shufflevector(
      v, v, 2, 3, 0, 1, 6, 7, 4, 5, 10, 11, 8, 9, 14, 15, 12, 13);
}

INLINE f32x16 swap_neighbours(f32x16 v) {
  return __builtin_shufflevector(
      v, v, 1, 0, 3, 2, 5, 4, 7, 6, 9, 8, 11, 10, 13, 12, 15, 14);
}

// Every lane of a quad gets the sum of the quad, by the same tree.
INLINE f32x16 sum_within_quads(f32x16 v) {
  v += swap_pairs(v);
  return v + swap_neighbours(v);
}

INLINE f32x16 greatest_within_quads(f32x16 v) {
  v = greater(v, swap_pairs(v));
  return greater(v, swap_neighbours(v));
}

// Every lane of a quad gets its lane j, a constant.
#define SPREAD(v, j)                                                      \
  __builtin_shufflevector(                                                \
      v, v, j, j, j, j, j + 4, j + 4, j + 4, j + 4, j + 8, j + 8, j + 8,  \
      j + 8, j + 12, j + 12, j + 12, j + 12)
