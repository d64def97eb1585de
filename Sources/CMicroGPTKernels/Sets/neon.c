// NEON: thirty-two registers of four lanes.
#if defined(__aarch64__)

#include "../Vectors/vector_types.h"

#define KERNELS mgpt_kernels_neon
#define NAME "neon"
#define FUSED 1
#define TILE_ROWS 6
#define TILE_VECTORS 1

#include "../Vectors/partial_vectors.inc"
#include "kernels.inc"

#endif
