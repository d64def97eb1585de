// What every processor of the architecture has, SSE2 on x86-64. Nothing is
// fused.
#include "vectors.h"

#include "pieces.h"

#define KERNELS mgpt_kernels_baseline
#define NAME "baseline"
#define FUSED 0
#define TILE_ROWS 3
#define TILE_VECTORS 1
#define load_some load_pieces
#define store_some store_pieces
#include "kernels.h"
