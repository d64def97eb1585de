#include "mgpt_kernel_sets.h"
