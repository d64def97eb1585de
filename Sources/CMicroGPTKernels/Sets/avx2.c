// AVX2 and FMA: sixteen registers of eight lanes.
#if defined(__x86_64__)

#include "../Vectors/vector_types.h"

#include <immintrin.h>

#define KERNELS mgpt_kernels_avx2
#define NAME "avx2"
#define FUSED 1
#define TILE_ROWS 6
#define TILE_VECTORS 1

#pragma clang attribute push( \
    __attribute__((target("avx2,fma"))), apply_to = function)
#include "../Vectors/partial_vectors_avx2.inc"
#include "kernels.inc"
#pragma clang attribute pop

#endif
