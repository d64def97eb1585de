// Sixteen lanes of f32: the fixed width in which all kernels compute.
//
// The compiler cuts a vector into whatever registers the processor has; lanes
// never mix except in the sums below, so the results do not depend on it.
#ifndef MGPT_LANES_H
#define MGPT_LANES_H

#include <math.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#pragma STDC FP_CONTRACT OFF

// How a vector would be passed to a function on its own does not matter here:
// every function with vectors in its signature is inlined.
#pragma GCC diagnostic ignored "-Wpsabi"

enum { LANES = 16 };

typedef float f32x16 __attribute__((vector_size(64)));
typedef int32_t i32x16 __attribute__((vector_size(64)));
typedef uint32_t u32x16 __attribute__((vector_size(64)));
typedef float f32x8 __attribute__((vector_size(32)));
typedef float f32x4 __attribute__((vector_size(16)));

#define INLINE static inline __attribute__((always_inline))

INLINE f32x16 splat(float value) {
  return (f32x16){0} + value;
}

// Loads `count` (1 to 16) elements; the lanes behind them are `rest`.
INLINE f32x16 load_or(const float *from, size_t count, float rest) {
  f32x16 vector;
  if (count >= LANES) {
    memcpy(&vector, from, sizeof vector);
    return vector;
  }
  float lanes[LANES];
  for (size_t lane = 0; lane < LANES; lane += 1) lanes[lane] = rest;
  // Pieces of fixed size, because a copy of variable size is a library call.
  size_t done = 0;
  if (count & 8) memcpy(lanes, from, 32), done = 8;
  if (count & 4) memcpy(lanes + done, from + done, 16), done += 4;
  if (count & 2) memcpy(lanes + done, from + done, 8), done += 2;
  if (count & 1) lanes[done] = from[done];
  memcpy(&vector, lanes, sizeof vector);
  return vector;
}

INLINE f32x16 load(const float *from, size_t count) {
  return load_or(from, count, 0);
}

// Stores the first `count` (1 to 16) lanes.
INLINE void store(float *to, f32x16 vector, size_t count) {
  if (count >= LANES) {
    memcpy(to, &vector, sizeof vector);
    return;
  }
  float lanes[LANES];
  memcpy(lanes, &vector, sizeof vector);
  size_t done = 0;
  if (count & 8) memcpy(to, lanes, 32), done = 8;
  if (count & 4) memcpy(to + done, lanes + done, 16), done += 4;
  if (count & 2) memcpy(to + done, lanes + done, 8), done += 2;
  if (count & 1) to[done] = lanes[done];
}

// Folds 16 lanes to 4: lane l takes in l + 8, then l + 4.
INLINE f32x4 fold(f32x16 v) {
  f32x8 low = __builtin_shufflevector(v, v, 0, 1, 2, 3, 4, 5, 6, 7);
  f32x8 high = __builtin_shufflevector(v, v, 8, 9, 10, 11, 12, 13, 14, 15);
  f32x8 half = low + high;
  return __builtin_shufflevector(half, half, 0, 1, 2, 3)
         + __builtin_shufflevector(half, half, 4, 5, 6, 7);
}

// The rest of the tree: lane l takes in l + 2, then l + 1.
INLINE float sum_quad(f32x4 quad) {
  return (quad[0] + quad[2]) + (quad[1] + quad[3]);
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

// The lane sum of products of two rows.
INLINE float dot(const float *a, const float *b, size_t count) {
  if (count == 4) {
    // The narrow heads of small models. The sum with 0 makes a product of -0
    // what the general way below makes of it.
    f32x4 left, right;
    memcpy(&left, a, sizeof left);
    memcpy(&right, b, sizeof right);
    return sum_quad((f32x4){0} + left * right);
  }
  f32x16 total = splat(0);
  size_t i = 0;
  for (; i + LANES <= count; i += LANES)
    total += load(a + i, LANES) * load(b + i, LANES);
  if (i < count) total += load(a + i, count - i) * load(b + i, count - i);
  return sum(total);
}

// Where `mask` is all ones, `yes`; where it is 0, `no`.
INLINE f32x16 choose(i32x16 mask, f32x16 yes, f32x16 no) {
  return (f32x16)((mask & (i32x16)yes) | (~mask & (i32x16)no));
}

// The square root, correctly rounded everywhere; the builtin spares the call
// that sets errno.
#if __has_builtin(__builtin_elementwise_sqrt)
INLINE float root(float value) {
  return __builtin_elementwise_sqrt(value);
}
INLINE f32x16 roots(f32x16 values) {
  return __builtin_elementwise_sqrt(values);
}
#else
INLINE float root(float value) {
  return __builtin_sqrtf(value);
}
INLINE f32x16 roots(f32x16 values) {
  for (size_t lane = 0; lane < LANES; lane += 1)
    values[lane] = root(values[lane]);
  return values;
}
#endif

// e^x. With n the integer nearest x / ln 2, e^x = 2^n · e^r, |r| ≤ ln 2 / 2;
// e^r is 1 + r + r²·p(r), p the quartic of least relative error (3.1e-9).
INLINE f32x16 exponential(f32x16 x) {
  x = choose(x > 89.0f, splat(89.0f), x);
  x = choose(x < -104.0f, splat(-104.0f), x);
  // Adding 1.5 · 2^23 rounds to an integer, found in the lowest bits.
  const float magic = 0x1.8p23f;
  f32x16 shifted = x * 0x1.715476p0f + magic;
  f32x16 n = shifted - magic;
  // ln 2 in two parts; n times the first, of ten bits, is exact.
  f32x16 r = (x - n * 0x1.63p-1f) - n * -0x1.bd0106p-13f;
  f32x16 p = r * 0x1.6a23d0p-10f + 0x1.123a20p-7f;
  p = p * r + 0x1.5558f2p-5f;
  p = p * r + 0x1.555492p-3f;
  p = p * r + 0x1.fffffcp-2f;
  p = (p * (r * r) + r) + 1.0f;
  // 2^n as two factors, so that n = 128 and n < -126 come out right.
  i32x16 power = (i32x16)((u32x16)shifted - 0x4b400000u);
  i32x16 half = power >> 1;
  u32x16 first = (u32x16)(half + 127) << 23;
  u32x16 second = ((u32x16)power - (u32x16)half + 127u) << 23;
  return (p * (f32x16)first) * (f32x16)second;
}

#endif
