// Floating-point elements that are not finite.
#pragma once

#include <stddef.h>
#include <stdint.h>

#if defined(__clang__)
#pragma clang assume_nonnull begin
#endif

// The index of the first element whose bits without the sign are at least
// `limit`, from `first` on; `count` if there is none. With the bits of infinity
// as the limit, these are the infinities and NaNs.
size_t mgpt_find_16(const void *elements, size_t first, size_t count,
                    uint16_t limit);
size_t mgpt_find_32(const void *elements, size_t first, size_t count,
                    uint32_t limit);
size_t mgpt_find_64(const void *elements, size_t first, size_t count,
                    uint64_t limit);

// The number of such elements.
size_t mgpt_count_16(const void *elements, size_t count, uint16_t limit);
size_t mgpt_count_32(const void *elements, size_t count, uint32_t limit);
size_t mgpt_count_64(const void *elements, size_t count, uint64_t limit);

#if defined(__clang__)
#pragma clang assume_nonnull end
#endif
