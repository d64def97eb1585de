/// Functions of each element of arrays, and Adam.
#ifndef MGPT_ELEMENTS_H
#define MGPT_ELEMENTS_H

#include <stddef.h>

#pragma clang assume_nonnull begin

/// Adds one array to another: sums += terms. Both: (count).
typedef void mgpt_add(float *sums, const float *terms, size_t count);

/// Writes e to the power of each input, with a relative error below 7.8e-8 in
/// the sets that fuse and 1e-7 in the baseline, as tested with all inputs; 0
/// where the result would be subnormal (below −87.3366), infinity from 88.7229
/// upwards, NaN for NaN. outputs and inputs: (count), may be the same array.
typedef void mgpt_exp(float *outputs, const float *inputs, size_t count);

/// The natural logarithm of a positive, normal, finite number, with a
/// relative error below 1e-15; NaN for any other.
typedef double mgpt_log(double value);

/// The sum of the squares of values, a lane sum in doubles. The squares are
/// exact, so all sets give the same bits, including the baseline. values:
/// (count).
typedef double mgpt_sum_of_squares(const float *values, size_t count);

/// The numbers that one step of Adam (Kingma & Ba 2015, end of section 2) uses
/// for all weights.
typedef struct {
  /// Learning rate × √(1 − beta2^t) / (1 − beta1^t), t counted from 1.
  float rate;
  /// Decay of the mean of gradients, and 1 minus it.
  float beta1, complement1;
  /// Decay of the mean of squared gradients, and the root of 1 minus it.
  float beta2, root_complement2;
  /// The number added to the root to prevent division by 0, times
  /// √(1 − beta2^t).
  float epsilon;
  /// The factor of each weight, 1 without weight decay: 1 − learning rate ×
  /// weight decay, decoupled from the gradient (Loshchilov & Hutter 2019).
  float keep;
  /// The factor of all gradients.
  float gradient_scale;
} mgpt_adam_step;

/// One step of Adam: with c = complement1·gradient_scale and
/// r = root_complement2·gradient_scale, m = m·beta1 + (c·gradient) and
/// v = v·beta2 + (r·gradient)²; then
/// weight = weight·keep − (rate·m) / (√v + epsilon), all three fused.
///
/// So that the moments do not decay into subnormal numbers, 2^−90 is added to m
/// and subtracted again, which removes bits below 2^−114, and v is at least
/// 2^−120.
/// All arrays: (count).
typedef void mgpt_adam(
    float *weights, float *first_moments, float *second_moments,
    const float *gradients, const mgpt_adam_step *step, size_t count);

#pragma clang assume_nonnull end

#endif
