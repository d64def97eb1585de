// The instructions that every processor of the architecture has, SSE2 on
// x86-64. Nothing is fused.
#include "../Vectors/vector_types.h"

#define KERNELS mgpt_kernels_baseline
#define NAME "baseline"
#define FUSED 0
#define TILE_ROWS 3
#define TILE_VECTORS 1

#include "../Vectors/partial_vectors.inc"
#include "kernels.inc"
