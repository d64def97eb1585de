/// The same kernels in the instruction sets of a processor.
///
/// The functions of mgpt_kernels.h run in the best set that the machine
/// has, or in the one that the environment variable MICROGPT_KERNELS names;
/// training and tests call the functions of a set.
#ifndef MGPT_KERNEL_SETS_H
#define MGPT_KERNEL_SETS_H

#include "mgpt_kernels.h"

#ifdef __cplusplus
extern "C" {
#endif

#pragma clang assume_nonnull begin

/// The kernels in one instruction set.
typedef struct __attribute__((swift_attr("@Sendable"))) {
  /// baseline, avx2, avx512 or neon.
  const char *name;
  /// Whether multiplications and additions are fused. All sets that fuse give
  /// the same bits.
  int is_fused;
  __typeof__(mgpt_linear) *linear;
  __typeof__(mgpt_linear_forward) *linear_forward;
  __typeof__(mgpt_linear_input_gradient) *linear_input_gradient;
  __typeof__(mgpt_linear_weight_gradient) *linear_weight_gradient;
  __typeof__(mgpt_lay_out) *lay_out;
  __typeof__(mgpt_add) *add;
  __typeof__(mgpt_relu) *relu;
  __typeof__(mgpt_exp) *exp;
  __typeof__(mgpt_log) *log;
  __typeof__(mgpt_embed) *embed;
  __typeof__(mgpt_embed_gradient) *embed_gradient;
  __typeof__(mgpt_rms_norm) *rms_norm;
  __typeof__(mgpt_rms_norm_gradient) *rms_norm_gradient;
  __typeof__(mgpt_cross_entropy) *cross_entropy;
  __typeof__(mgpt_loss) *loss;
  __typeof__(mgpt_weigh) *weigh;
  __typeof__(mgpt_pick) *pick;
  __typeof__(mgpt_drop) *drop;
  __typeof__(mgpt_attention) *attention;
  __typeof__(mgpt_attention_forward) *attention_forward;
  __typeof__(mgpt_attention_gradient) *attention_gradient;
  __typeof__(mgpt_adam) *adam;
  __typeof__(mgpt_sum_of_squares) *sum_of_squares;
  __typeof__(mgpt_peak) *peak;
  __typeof__(mgpt_read_memory) *read_memory;
} mgpt_kernels;

/// The sets that this machine has, the best first and the baseline last.
///
/// Returns the index-th; NULL behind the last.
const mgpt_kernels *_Nullable mgpt_kernels_at(size_t index);

/// The set in which the functions run, chosen at the first call: the one that
/// MICROGPT_KERNELS names; the best, where that is unset, empty or names none
/// that the machine has.
const mgpt_kernels *mgpt_kernels_in_use(void);

/// The value of MICROGPT_KERNELS if it names no set that the machine has,
/// for a program to refuse; NULL if all is well.
const char *_Nullable mgpt_kernels_refused(void);

#pragma clang assume_nonnull end

#ifdef __cplusplus
}
#endif

#endif
