// The vector types that all kernels compute with, whatever the instruction
// set: the compiler cuts sixteen lanes into the registers that there are.
#ifndef MGPT_VECTORS_H
#define MGPT_VECTORS_H

#include "mgpt_kernel_sets.h"

#include <stddef.h>
#include <stdint.h>
#include <string.h>

// What is fused is written as such; nothing else may be.
#pragma STDC FP_CONTRACT OFF

// How a vector is passed to a function on its own does not matter: whatever
// has vectors in its signature is inlined, or called by its own file alone.
#pragma clang diagnostic ignored "-Wpsabi"

enum { LANES = 16 };

typedef float f32x16 __attribute__((ext_vector_type(16)));
typedef float f32x8 __attribute__((ext_vector_type(8)));
typedef float f32x4 __attribute__((ext_vector_type(4)));
typedef float f32x2 __attribute__((ext_vector_type(2)));
typedef double f64x16 __attribute__((ext_vector_type(16)));
typedef double f64x8 __attribute__((ext_vector_type(8)));
typedef double f64x4 __attribute__((ext_vector_type(4)));
typedef double f64x2 __attribute__((ext_vector_type(2)));
typedef int32_t i32x16 __attribute__((ext_vector_type(16)));
typedef int64_t i64x4 __attribute__((ext_vector_type(4)));
typedef uint32_t u32x16 __attribute__((ext_vector_type(16)));

#define INLINE static inline __attribute__((always_inline))

// For what is less than a vector: a call where all shall be small.
#ifdef MGPT_SAMPLES_ONLY
#define REST static __attribute__((noinline))
#else
#define REST INLINE
#endif

#endif
