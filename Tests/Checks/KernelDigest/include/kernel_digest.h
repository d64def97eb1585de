/// Digests of the kernels' results, for comparison.
#ifndef KERNEL_DIGEST_H
#define KERNEL_DIGEST_H

#include "CMicroGPTKernels.h"

#ifdef __cplusplus
extern "C" {
#endif

#pragma clang assume_nonnull begin

/// The number of digests.
size_t kernel_digest_count(void);

/// The name of a digest.
const char *kernel_digest_name(size_t index);

/// A hash of all bits that a kernel writes for many shapes and inputs, which
/// are the same everywhere.
uint64_t kernel_digest(const mgpt_kernels *kernels, size_t index);

#pragma clang assume_nonnull end

#ifdef __cplusplus
}
#endif

#endif
