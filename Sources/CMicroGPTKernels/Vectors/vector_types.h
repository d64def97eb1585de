// The vector types that all kernels compute with, whatever the instruction
// set: the compiler splits sixteen lanes into the registers of the processor.
#ifndef MGPT_VECTOR_TYPES_H
#define MGPT_VECTOR_TYPES_H

#include "mgpt_lanes.h"

#include <stddef.h>
#include <stdint.h>
#include <string.h>

// Fused operations are written out; the compiler must not fuse any others.
#pragma STDC FP_CONTRACT OFF

// The calling convention of vectors does not matter: functions that take or
// return them are inlined, or called only within their own file.
#pragma clang diagnostic ignored "-Wpsabi"

enum { LANES = MGPT_LANES };

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

// For loads and stores of less than a vector: calls where code must be small.
#ifdef MGPT_SAMPLES_ONLY
#define PARTIAL static __attribute__((noinline))
#else
#define PARTIAL INLINE
#endif

// Before a loop whose number of rounds is constant after inlining.
#define UNROLL _Pragma("clang loop unroll(full)")

#endif
