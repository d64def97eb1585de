// AVX2 and FMA: sixteen registers of eight lanes.
#if defined(__x86_64__)

#include "vectors.h"

#include <immintrin.h>

#pragma clang attribute push( \
    __attribute__((target("avx2,fma"))), apply_to = function)

#include "pieces.h"

// Masked stores are slow on some processors, masked loads are not.
REST f32x16 load_some(const float *from, size_t count, float rest) {
  static const int32_t edge[2 * LANES] = {
      -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1};
  i32x16 mask;
  memcpy(&mask, edge + LANES - count, sizeof mask);
  f32x16 lanes;
  lanes.lo = _mm256_maskload_ps(from, (__m256i)mask.lo);
  lanes.hi = _mm256_maskload_ps(from + LANES / 2, (__m256i)mask.hi);
  return mask ? lanes : (f32x16)rest;
}

#define KERNELS mgpt_kernels_avx2
#define NAME "avx2"
#define FUSED 1
#define TILE_ROWS 6
#define TILE_VECTORS 1
#define store_some store_pieces
#include "kernels.h"

#pragma clang attribute pop

#endif
