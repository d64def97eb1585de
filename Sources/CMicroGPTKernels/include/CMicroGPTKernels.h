#include "mgpt_kernel_sets.h"
#include "mgpt_kernels.h"
