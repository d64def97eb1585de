#include "mgpt_numbers.h"

#include <string.h>

// Elements are looked at in blocks without a branch, which compilers turn into
// vectors. What is added to the bits without the sign carries into the sign's
// place where they reach the limit, and no further. Files in memory may have
// any alignment, so vectors are loaded by copying.
enum { BLOCK = 64, VECTOR_BYTES = 16 };

#define DEFINE(BITS)                                                          \
  typedef uint##BITS##_t vector_##BITS                                        \
      __attribute__((vector_size(VECTOR_BYTES)));                             \
                                                                              \
  static inline uint##BITS##_t reaches_##BITS(                                \
      const unsigned char *element, uint##BITS##_t limit) {                   \
    const uint##BITS##_t sign = (uint##BITS##_t)((uint##BITS##_t)1            \
                                                 << (BITS - 1));              \
    uint##BITS##_t bits;                                                      \
    memcpy(&bits, element, sizeof bits);                                      \
    return (uint##BITS##_t)(bits & (uint##BITS##_t)(sign - 1)) >= limit;      \
  }                                                                           \
                                                                              \
  static inline int block_reaches_##BITS(                                     \
      const unsigned char *block, uint##BITS##_t limit) {                     \
    const uint##BITS##_t sign = (uint##BITS##_t)((uint##BITS##_t)1            \
                                                 << (BITS - 1));              \
    const vector_##BITS zero = {0};                                           \
    const vector_##BITS magnitude = zero + (uint##BITS##_t)(sign - 1);        \
    const vector_##BITS carry = zero + (uint##BITS##_t)(sign - limit);        \
    vector_##BITS all = zero;                                                 \
    for (size_t i = 0; i < BLOCK * sizeof limit; i += VECTOR_BYTES) {         \
      vector_##BITS bits;                                                     \
      memcpy(&bits, block + i, sizeof bits);                                  \
      all |= (bits & magnitude) + carry;                                      \
    }                                                                         \
    uint##BITS##_t any = 0;                                                   \
    for (size_t i = 0; i < VECTOR_BYTES / sizeof limit; i += 1)               \
      any |= all[i];                                                          \
    return (any & sign) != 0;                                                 \
  }                                                                           \
                                                                              \
  size_t mgpt_find_##BITS(                                                    \
      const void *elements, size_t first, size_t count,                       \
      uint##BITS##_t limit) {                                                 \
    const unsigned char *bytes = elements;                                    \
    size_t i = first;                                                         \
    while (i + BLOCK <= count                                                 \
           && !block_reaches_##BITS(bytes + i * sizeof limit, limit))         \
      i += BLOCK;                                                             \
    while (i < count && !reaches_##BITS(bytes + i * sizeof limit, limit))     \
      i += 1;                                                                 \
    return i;                                                                 \
  }                                                                           \
                                                                              \
  size_t mgpt_count_##BITS(                                                   \
      const void *elements, size_t count, uint##BITS##_t limit) {             \
    const unsigned char *bytes = elements;                                    \
    size_t found = 0;                                                         \
    for (size_t i = 0; i < count; i += 1)                                     \
      found += reaches_##BITS(bytes + i * sizeof limit, limit);               \
    return found;                                                             \
  }

DEFINE(16)
DEFINE(32)
DEFINE(64)
