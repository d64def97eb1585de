// Exponential and logarithm, from additions and multiplications alone.

// e^x. With n the integer nearest x / ln 2, e^x = 2^n · e^r, |r| ≤ ln 2 / 2;
// e^r is 1 + r + r²·p(r), p the quartic of least relative error (3.1e-9).
INLINE f32x16 exponential(f32x16 x) {
  // Adding 1.5 · 2^23 rounds to an integer, found in the lowest bits.
  const f32x16 magic = 0x1.8p23f;
  const f32x16 shifted = multiply_add(x, 0x1.715476p0f, magic);
  const f32x16 n = shifted - magic;
  // ln 2 in two parts; n times the first, of ten bits, is exact.
  f32x16 r = multiply_add(n, -0x1.63p-1f, x);
  r = multiply_add(n, 0x1.bd0106p-13f, r);
  f32x16 p = multiply_add(r, 0x1.6a23d0p-10f, 0x1.123a20p-7f);
  p = multiply_add(p, r, 0x1.5558f2p-5f);
  p = multiply_add(p, r, 0x1.555492p-3f);
  p = multiply_add(p, r, 0x1.fffffcp-2f);
  p = multiply_add(multiply_add(p, r, 1.0f), r, 1.0f);
  // The factor 2^n goes straight into the exponent.
  p = (f32x16)((u32x16)p + ((u32x16)shifted << 23));
  // Where that is out of range: infinity or NaN above, 0 below, since
  // subnormal numbers would cost many times the cycles.
  p = x <= 0x1.62e42ep6f ? p : x + __builtin_inff();
  return x < -0x1.5d589ep6f ? (f32x16)0 : p;
}

// The natural logarithm, in doubles; NaN for what is not positive, normal and
// finite.
static double logarithm(double value) {
  if (!(value >= 0x1p-1022 && value <= 0x1.fffffffffffffp1023))
    return __builtin_nan("");
  // value = 2^n · m with m from √½ to √2, n read off the exponent.
  uint64_t bits;
  memcpy(&bits, &value, sizeof bits);
  const uint64_t root_half = 0x3fe6a09e667f3bcd;
  int64_t n = (int64_t)(bits - root_half) >> 52;
  bits -= (uint64_t)n << 52;
  double m;
  memcpy(&m, &bits, sizeof m);
  // log m = 2 artanh s = 2 (s + s³/3 + s⁵/5 + …), |s| < 0.172.
  double s = (m - 1) / (m + 1), square = s * s, series = 0;
  for (int k = 23; k >= 3; k -= 2) series = (series + 1.0 / k) * square;
  // ln 2 in two parts; n times the first is exact.
  double high = (double)n * 0x1.62e42fefa3800p-1;
  double low = (double)n * 0x1.ef35793c76730p-45;
  return high + (2 * s + (2 * s * series + low));
}
