#include "mgpt_checksum.h"

#if defined(__x86_64__)
#include <immintrin.h>

// glibc knows what the processor has; the compiler's own answer takes four KB.
#if __has_include(<sys/platform/x86.h>)
#include <sys/platform/x86.h>
#endif
#ifdef CPU_FEATURE_ACTIVE
#define HAS_PCLMUL CPU_FEATURE_ACTIVE(PCLMULQDQ)
#else
#define HAS_PCLMUL __builtin_cpu_supports("pclmul")
#endif

// A CRC is the remainder of a polynomial over GF(2), so 128 bits that stand
// d bits before others can be multiplied by x^d, reduced, and added to them
// (Gopal et al., Fast CRC Computation Using PCLMULQDQ, 2009). The constants are
// x^(d + 32) and x^(d - 32) modulo the polynomial, reflected, for the lower and
// the upper half.
__attribute__((target("pclmul"))) static __m128i fold(
    __m128i bits, __m128i constants, __m128i onto) {
  __m128i low = _mm_clmulepi64_si128(bits, constants, 0x00);
  __m128i high = _mm_clmulepi64_si128(bits, constants, 0x11);
  return _mm_xor_si128(_mm_xor_si128(low, high), onto);
}

__attribute__((target("pclmul"))) static size_t fold_blocks(
    uint32_t state, const __m128i *next, size_t blocks, uint8_t *folded) {
  const __m128i by_512 = _mm_set_epi64x(0x1c6e41596, 0x154442bd4);
  const __m128i by_128 = _mm_set_epi64x(0x0ccaa009e, 0x1751997d0);
  // Four at a time, since one multiplication takes as long as four begun.
  __m128i a = _mm_xor_si128(
      _mm_loadu_si128(next), _mm_cvtsi32_si128((int)state));
  __m128i b = _mm_loadu_si128(next + 1);
  __m128i c = _mm_loadu_si128(next + 2);
  __m128i d = _mm_loadu_si128(next + 3);
  for (size_t i = 1; i < blocks; i += 1) {
    next += 4;
    a = fold(a, by_512, _mm_loadu_si128(next));
    b = fold(b, by_512, _mm_loadu_si128(next + 1));
    c = fold(c, by_512, _mm_loadu_si128(next + 2));
    d = fold(d, by_512, _mm_loadu_si128(next + 3));
  }
  d = fold(fold(fold(a, by_128, b), by_128, c), by_128, d);
  _mm_storeu_si128((__m128i *)folded, d);
  return blocks * 64;
}

size_t mgpt_crc32_fold(uint32_t state, const void *bytes, size_t count,
                       uint8_t *folded) {
  if (count < 64 || !HAS_PCLMUL) return 0;
  return fold_blocks(state, bytes, count / 64, folded);
}

#else

size_t mgpt_crc32_fold(uint32_t state, const void *bytes, size_t count,
                       uint8_t *folded) {
  return 0;
}

#endif
