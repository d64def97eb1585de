// AVX-512: thirty-two registers of all sixteen lanes.
#if defined(__x86_64__)

#include "vectors.h"

#include <immintrin.h>

#pragma clang attribute push( \
    __attribute__((target("avx512f,fma"))), apply_to = function)

INLINE f32x16 load_some(const float *from, size_t count, float rest) {
  return _mm512_mask_loadu_ps(
      (f32x16)rest, (__mmask16)((1u << count) - 1), from);
}

INLINE void store_some(float *to, f32x16 vector, size_t count) {
  _mm512_mask_storeu_ps(to, (__mmask16)((1u << count) - 1), vector);
}

#define KERNELS mgpt_kernels_avx512
#define NAME "avx512"
#define FUSED 1
#define TILE_ROWS 12
#define TILE_VECTORS 2
#include "kernels.h"

#pragma clang attribute pop

#endif
