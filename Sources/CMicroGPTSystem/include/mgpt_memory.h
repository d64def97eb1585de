// Memory that may be lacking.
#pragma once

#include <stddef.h>
#include <stdint.h>

#if defined(__clang__)
#pragma clang assume_nonnull begin
#endif

// Memory of `byte_count` bytes, aligned to 64, for mgpt_free; NULL where it is
// not available. A large one leaves a margin for what else is allocated.
void *_Nullable mgpt_allocate(size_t byte_count);

// Frees what mgpt_allocate gave.
void mgpt_free(void *_Nullable memory);

// Whether memory of `byte_count` bytes and a margin of one MiB are available
// at this moment: 1 or 0. Below 64 KiB it does not ask the system.
int mgpt_has_memory(size_t byte_count);

// Whether this process may have as many more addresses, which threads reserve
// for their stacks: 1 or 0.
int mgpt_has_addresses(size_t byte_count);

// The maximum memory of this process in bytes: what is installed, or less by a
// limit on its address space or of its control group; 0 where it is not known.
uint64_t mgpt_maximum_memory(void);

#if defined(__clang__)
#pragma clang assume_nonnull end
#endif
