// AVX-512: thirty-two registers of all sixteen lanes.
#if defined(__x86_64__)

#include "../Vectors/vector_types.h"

#include <immintrin.h>

#define KERNELS mgpt_kernels_avx512
#define NAME "avx512"
#define FUSED 1
#define TILE_ROWS 12
#define TILE_VECTORS 2

#pragma clang attribute push( \
    __attribute__((target("avx512f,fma"))), apply_to = function)
#include "../Vectors/partial_vectors_avx512.inc"
#include "kernels.inc"
#pragma clang attribute pop

#endif
