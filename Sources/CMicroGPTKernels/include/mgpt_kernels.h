/// The hot loops of training and sampling, on 32-bit floats.
///
/// Each kernel is declared as a type of function, by what it computes; call
/// those of a set of kernels (mgpt_kernel_sets.h).
///
/// **The numeric contract.** Every operation is one of IEEE 754: additions,
/// multiplications, divisions and square roots, each rounded to nearest as
/// written, and no function of a mathematics library. *Fused* means a × b + c,
/// rounded once in the sets that fuse (avx2, avx512 and neon) and after each
/// operation in the baseline. So all sets that fuse give the same bits,
/// whatever the processor, and so does the baseline; the two differ from each
/// other.
///
/// *Running sum*: the terms are added in order. *Lane sum*: the terms are
/// distributed over 16 lanes (term k to lane k mod 16), each lane adds its
/// terms in order, starting from 0; then lane l + 8 is added to lane l, then
/// lane l + 4, l + 2 and l + 1. In a *fused* sum of products each product is
/// fused with its addition. The bits are guaranteed for results that are
/// numbers; the sign and payload of a NaN may differ.
///
/// Matrices are dense and row-major; a comment (n, width) means n rows of width
/// elements. Sizes may be any number, including 0. No alignment is required,
/// and nothing outside the arrays is read or written. Arrays that a function
/// writes must not overlap its other arrays unless its description allows it.
#ifndef MGPT_KERNELS_H
#define MGPT_KERNELS_H

#include "mgpt_attention.h"
#include "mgpt_dropout.h"
#include "mgpt_elements.h"
#include "mgpt_lanes.h"
#include "mgpt_machine.h"
#include "mgpt_matrices.h"
#include "mgpt_rows.h"

#endif
