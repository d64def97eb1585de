// The part of CRC-32/ISO-HDLC that processors have instructions for.
#pragma once

#include <stddef.h>
#include <stdint.h>

#if defined(__clang__)
#pragma clang assume_nonnull begin
#endif

// Folds bytes into 16 that take a register of zeros to where the bytes take a
// register of `state` (before the final complement).
//
// Gives the number of bytes folded, a multiple of 64: 0 of fewer than that, and
// on a processor that cannot multiply without carries.
size_t mgpt_crc32_fold(uint32_t state, const void *bytes, size_t count,
                       uint8_t *folded);

#if defined(__clang__)
#pragma clang assume_nonnull end
#endif
