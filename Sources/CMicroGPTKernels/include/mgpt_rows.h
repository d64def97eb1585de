/// Functions of rows: embeddings, RMSNorm, the loss, and drawing tokens.
#ifndef MGPT_ROWS_H
#define MGPT_ROWS_H

#include <stddef.h>
#include <stdint.h>

#pragma clang assume_nonnull begin

// MARK: Embeddings

/// Looks up embeddings: row i is the embedding of tokens[i] plus that of
/// position i.
/// outputs: (count, width), tokens: (count), token_embedding: (any, width),
/// position_embedding: (count or more, width).
typedef void mgpt_embed(
    float *outputs, const int32_t *tokens, const float *token_embedding,
    const float *position_embedding, size_t count, size_t width);

/// Adds the gradients with respect to the embeddings, row after row.
/// token_gradients: (any, width), position_gradients: (count or more, width),
/// tokens: (count), output_gradients: (count, width).
typedef void mgpt_embed_gradient(
    float *token_gradients, float *position_gradients, const int32_t *tokens,
    const float *output_gradients, size_t count, size_t width);

// MARK: RMSNorm

/// Normalizes rows by their root mean square (Zhang & Sennrich 2019):
/// outputs = scale × inputs, scale = 1 / √(mean of squares + 1e-5), the mean
/// from a fused lane sum.
/// outputs and inputs: (count, width), may be the same array; scales: (count).
typedef void mgpt_rms_norm(
    float *outputs, float *scales, const float *inputs, size_t count,
    size_t width);

/// The gradient with respect to the inputs of mgpt_rms_norm.
///
/// With s the scale of a row, x the row, g its output gradient and r its
/// residual gradient, or 0 if that is NULL:
/// input_gradient = (r + s·g) − (s³·((g·x)/width))·x, both sums fused, and
/// g·x a fused lane sum.
/// All but scales: (count, width); input_gradients may be the same array as
/// residual_gradients or output_gradients. scales: (count).
typedef void mgpt_rms_norm_gradient(
    float *input_gradients, const float *_Nullable residual_gradients,
    const float *output_gradients, const float *inputs, const float *scales,
    size_t count, size_t width);

// MARK: Cross-entropy

/// The two parts of the loss of a row, which is log(total) + margin.
typedef struct {
  /// The largest logit minus that of the target.
  double margin;
  /// The sum of e to the logits minus the largest, from 1 to the width.
  double total;
} mgpt_row_loss;

/// The gradient of the cross-entropy of rows of logits, and the numbers from
/// which mgpt_loss computes its value.
///
/// Writes weight × the derivative of −log softmax(logits)[target] for each row,
/// weight × (softmax(logits) − [column = target]), where softmax is e to the
/// logit minus the largest logit, times weight / the lane sum of these.
/// gradients and logits: (count, width), may be the same array;
/// targets: (count), each from 0 to width − 1;
/// losses: (count), for mgpt_loss.
typedef void mgpt_cross_entropy(
    float *gradients, mgpt_row_loss *losses, const float *logits,
    const int32_t *targets, float weight, size_t count, size_t width);

/// The sum over rows of −log softmax(logits)[target].
///
/// It is finite even where the probability would underflow to 0. losses:
/// (count).
typedef double mgpt_loss(const mgpt_row_loss *losses, size_t count);

// MARK: Drawing tokens

/// Turns logits into weights, row by row: e to (logit − largest) / temperature.
/// weights, logits: (count, width).
typedef void mgpt_weigh(
    float *weights, const float *logits, float temperature, size_t count,
    size_t width);

/// Picks an element of each row with a probability proportional to its weight:
/// the first at which the running sum of the weights, in doubles, exceeds unit
/// × their sum; −1 if that is 0 or no finite number. picks, units: (count),
/// each unit in [0, 1); weights: (count, width).
typedef void mgpt_pick(
    int32_t *picks, const float *weights, const double *units, size_t count,
    size_t width);

#pragma clang assume_nonnull end

#endif
