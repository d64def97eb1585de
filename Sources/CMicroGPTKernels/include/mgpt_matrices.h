/// Linear layers.
#ifndef MGPT_MATRICES_H
#define MGPT_MATRICES_H

#include <stddef.h>

#pragma clang assume_nonnull begin

// MARK: On a weight matrix

/// Applies rows `first` to `last` − 1 of a weight matrix to rows of inputs:
/// outputs = residual + inputs · weightsᵀ; if `rectifies` is not 0, negative
/// outputs become 0.
///
/// Each output is a fused lane sum over `in`, to which the residual is added,
/// unless that is NULL. It does not depend on `count`, so a position gives the
/// same bits alone and in a batch.
/// outputs, residual: (count, out), may be the same array;
/// inputs: (count, in), weights: (out, in).
typedef void mgpt_linear(
    float *outputs, const float *inputs, const float *weights,
    const float *_Nullable residual, int rectifies, size_t count, size_t in,
    size_t out, size_t first, size_t last);

// MARK: On panels

/// Copies rows of a weight matrix to the panels that the functions below read.
///
/// Forward panels: (⌈out / 16⌉, in, 16), element (o, i) of the weights at
/// (o / 16, i, o mod 16). Backward panels: (⌈in / 16⌉, out, 16), element (o, i)
/// at (i / 16, o, i mod 16); NULL for none, as where `in` is 16 and the weights
/// themselves are their panel. Lanes after the last output are left unchanged;
/// lanes after the last input are set to 0. No kernel depends on their values.
/// weights: (out, in), of which rows `first` to first + count − 1 are copied.
typedef void mgpt_lay_out(
    float *forward_panels, float *_Nullable backward_panels,
    const float *weights, size_t first, size_t count, size_t in, size_t out);

/// Applies a weight matrix to rows: outputs = residual + inputs · weightsᵀ; if
/// `rectifies` is not 0, negative outputs become 0.
///
/// Each output is a fused running sum over `in`, starting from the residual,
/// or from 0 if that is NULL.
/// outputs, residual: (count, out), may be the same array;
/// inputs: (count, in), panels: the weights' forward panels.
typedef void mgpt_linear_forward(
    float *outputs, const float *inputs, const float *panels,
    const float *_Nullable residual, int rectifies, size_t count, size_t in,
    size_t out);

/// The gradient with respect to the inputs:
/// input_gradients = output_gradients · weights, a fused running sum over
/// `out`, from 0; then 0 wherever `rectified` is 0. These are the inputs, if
/// mgpt_linear_forward rectified them; NULL if it did not.
/// input_gradients, rectified: (count, in); output_gradients: (count, out);
/// panels: the weights' backward panels.
typedef void mgpt_linear_input_gradient(
    float *input_gradients, const float *output_gradients,
    const float *panels, const float *_Nullable rectified, size_t count,
    size_t in, size_t out);

/// The gradient with respect to the weights: output_gradientsᵀ · inputs, a
/// fused running sum over `count`, starting from the values of weight_gradients
/// if `adds` is not 0, from 0 otherwise.
/// weight_gradients: (out, in); output_gradients: count rows, the first `out`
/// of each `stride` elements; inputs: (count, in).
typedef void mgpt_linear_weight_gradient(
    float *weight_gradients, const float *output_gradients,
    const float *inputs, int adds, size_t count, size_t in, size_t out,
    size_t stride);

#pragma clang assume_nonnull end

#endif
