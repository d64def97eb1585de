/// The sets of kernels, one for each instruction set of a processor.
///
/// All kernels are called through a set: sampling uses the set in use, training
/// and tests also name one.
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
  mgpt_linear *linear;
  mgpt_linear_forward *linear_forward;
  mgpt_linear_input_gradient *linear_input_gradient;
  mgpt_linear_weight_gradient *linear_weight_gradient;
  mgpt_lay_out *lay_out;
  mgpt_add *add;
  mgpt_exp *exp;
  mgpt_log *log;
  mgpt_embed *embed;
  mgpt_embed_gradient *embed_gradient;
  mgpt_rms_norm *rms_norm;
  mgpt_rms_norm_gradient *rms_norm_gradient;
  mgpt_cross_entropy *cross_entropy;
  mgpt_loss *loss;
  mgpt_weigh *weigh;
  mgpt_pick *pick;
  mgpt_drop *drop;
  mgpt_attention *attention;
  mgpt_attention_forward *attention_forward;
  mgpt_attention_gradient *attention_gradient;
  mgpt_adam *adam;
  mgpt_sum_of_squares *sum_of_squares;
  mgpt_peak *peak;
  mgpt_read_memory *read_memory;
} mgpt_kernels;

/// The sets that this machine supports, the best first and the baseline last.
///
/// Returns the set at an index; NULL after the last.
const mgpt_kernels *_Nullable mgpt_kernels_at(size_t index);

/// The set in use, chosen at the first call: the one that the environment
/// variable MICROGPT_KERNELS names, or the best if that is unset, empty or
/// names none that the machine supports.
const mgpt_kernels *mgpt_kernels_in_use(void);

/// The value of MICROGPT_KERNELS if it names no set that the machine supports,
/// so that a program can refuse it; NULL otherwise.
const char *_Nullable mgpt_kernels_refused(void);

#pragma clang assume_nonnull end

#ifdef __cplusplus
}
#endif

#endif
