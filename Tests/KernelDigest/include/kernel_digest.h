/// What the kernels compute, in few lines that can be compared.
#ifndef KERNEL_DIGEST_H
#define KERNEL_DIGEST_H

#include "CMicroGPTKernels.h"

#ifdef __cplusplus
extern "C" {
#endif

#pragma clang assume_nonnull begin

/// The number of kernels that are looked at.
size_t kernel_digest_count(void);

/// The name of one.
const char *kernel_digest_name(size_t index);

/// A hash of all bits that a kernel writes for many shapes and inputs, the
/// same ones everywhere.
uint64_t kernel_digest(const mgpt_kernels *kernels, size_t index);

#pragma clang assume_nonnull end

#ifdef __cplusplus
}
#endif

#endif
