/// Dropout.
#ifndef MGPT_DROPOUT_H
#define MGPT_DROPOUT_H

#include <stddef.h>
#include <stdint.h>

#pragma clang assume_nonnull begin

/// A key derived from another: output `number`, counted from 0, of the
/// generator SplitMix64 (Steele, Lea & Flood 2014) seeded with it.
static inline uint64_t mgpt_key(uint64_t key, uint64_t number) {
  uint64_t z = key + (number + 1) * 0x9e3779b97f4a7c15u;
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
  z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
  return z ^ (z >> 31);
}

/// The elements of a matrix to leave out.
typedef struct {
  /// The key that their random bits are computed from.
  uint64_t key;
  /// The number of elements that are left out, of 2^32.
  uint32_t threshold;
  /// The factor of the others.
  float scale;
} mgpt_dropout;

/// Leaves out elements of rows at random and scales the others (Srivastava et
/// al. 2014): outputs = residual + factor × inputs, fused, where factor is 0
/// or `scale`; without the sum if residual is NULL.
///
/// The random bits of an element are a function of key, row and column. With k
/// = mgpt_key(key, row), they are the final h, computed modulo 2^32 by
/// h = k + column × 0x9e3779b9; h ^= h >> 16; h *= 0x85ebca6b; h ^= h >> 13;
/// h ^= k >> 32; h *= 0xc2b2ae35; h ^= h >> 16 (the finalizer of MurmurHash3,
/// which takes in half of the key on the way). The element is left out if
/// h < threshold.
/// outputs, inputs, residual: (count, width), may be the same array;
/// first: the number of the first row.
typedef void mgpt_drop(
    float *outputs, const float *inputs, const float *_Nullable residual,
    const mgpt_dropout *dropout, size_t first, size_t count, size_t width);

#pragma clang assume_nonnull end

#endif
