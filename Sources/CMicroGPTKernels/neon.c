// NEON: thirty-two registers of four lanes.
#if defined(__aarch64__)

#include "vectors.h"

#include "pieces.h"

#define KERNELS mgpt_kernels_neon
#define NAME "neon"
#define FUSED 1
#define TILE_ROWS 6
#define TILE_VECTORS 1
#define load_some load_pieces
#define store_some store_pieces
#include "kernels.h"

#endif
