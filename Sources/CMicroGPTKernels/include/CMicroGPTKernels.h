/// The hot loops of training and sampling, on 32-bit floats.
///
/// Results are the same bits on every processor with IEEE 754 arithmetic:
/// nothing is fused, nothing comes from a mathematics library, and a sum over
/// a row always runs in the same order, as follows. *Lane sum*: the terms are
/// dealt to 16 lanes (term k to lane k mod 16), each lane adds its terms in
/// order, starting from 0; then lane l takes in lane l + 8, l + 4, l + 2 and
/// l + 1, in this order of halving. *Running sum*: the terms are added in
/// order.
///
/// Matrices are dense and row-major; a comment (n, width) is n rows of width
/// elements. Sizes may be anything, 0 included; no alignment is demanded and
/// nothing outside the arrays is read or written. Arrays that a function
/// writes must not overlap its other arrays unless it says that they may.
#ifndef CMICROGPTKERNELS_H
#define CMICROGPTKERNELS_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

// MARK: Matrix products

/// Applies a weight matrix to rows: outputs = inputs · weightsᵀ.
///
/// Each output is a lane sum over `in`, independent of `count`, so that a
/// position gives the same bits alone and in a batch.
/// outputs: (count, out), inputs: (count, in), weights: (out, in).
void mgpt_linear(
    float *outputs, const float *inputs, const float *weights, size_t count,
    size_t in, size_t out);

/// Adds the gradient with respect to the inputs of mgpt_linear:
/// input_gradients += output_gradients · weights, a running sum over `out`.
/// input_gradients: (count, in), output_gradients: (count, out),
/// weights: (out, in).
void mgpt_linear_input_gradient(
    float *input_gradients, const float *output_gradients,
    const float *weights, size_t count, size_t in, size_t out);

/// Adds the gradient with respect to the weights of mgpt_linear:
/// weight_gradients += output_gradientsᵀ · inputs, a running sum over `count`.
/// weight_gradients: (out, in), output_gradients: (count, out),
/// inputs: (count, in).
void mgpt_linear_weight_gradient(
    float *weight_gradients, const float *output_gradients,
    const float *inputs, size_t count, size_t in, size_t out);

// MARK: Element by element

/// Adds one array to another: sums += terms. Both: (count).
void mgpt_add(float *sums, const float *terms, size_t count);

/// Replaces negative values by 0, in place. values: (count).
void mgpt_relu(float *values, size_t count);

/// Clears the gradients of values that mgpt_relu made, or left, 0, in place.
/// gradients: (count), outputs (of mgpt_relu): (count).
void mgpt_relu_gradient(
    float *gradients, const float *outputs, size_t count);

/// Writes e to the power of each input: relative error below 1e-7 wherever
/// the result is normal, absolute error below 1e-45 wherever it is
/// subnormal; 0 from -104 downwards, infinity from 88.7229 upwards, NaN for
/// NaN. outputs and inputs: (count), may be the same array.
void mgpt_exp(float *outputs, const float *inputs, size_t count);

/// The natural logarithm of a positive, normal, finite number, with a
/// relative error below 1e-15; NaN for any other.
double mgpt_log(double value);

// MARK: Row by row

/// Normalises rows by their root mean square (Zhang & Sennrich 2019):
/// outputs = scale × inputs, scale = 1 / √(mean of squares + 1e-5), the mean
/// from a lane sum. outputs and inputs: (count, width), scales: (count).
void mgpt_rms_norm(
    float *outputs, float *scales, const float *inputs, size_t count,
    size_t width);

/// Adds the gradient with respect to the inputs of mgpt_rms_norm.
///
/// With s the scale of a row, x the row and g its output gradient:
/// input_gradient += s·g − x·(s³/width)·(g·x).
/// input_gradients, output_gradients, inputs: (count, width); scales: (count).
void mgpt_rms_norm_gradient(
    float *input_gradients, const float *output_gradients,
    const float *inputs, const float *scales, size_t count, size_t width);

/// Turns one row of scores into probabilities: e to the score minus the
/// largest score, divided by the lane sum of these.
/// probabilities and scores: (count), may be the same array.
void mgpt_softmax(float *probabilities, const float *scores, size_t count);

/// The cross-entropy of rows of logits, and its gradient.
///
/// Returns the sum over rows of −log softmax(logits)[target] and writes
/// weight × its derivative, weight × (softmax(logits) − [column = target]).
/// The loss stays finite where the probability would underflow to 0.
/// gradients and logits: (count, width), may be the same array;
/// targets: (count), each from 0 to width − 1.
double mgpt_cross_entropy(
    float *gradients, const float *logits, const int32_t *targets,
    float weight, size_t count, size_t width);

// MARK: Attention

/// Causal multi-head attention for the rows `first` to `first + count` − 1.
///
/// Row i of the queries stands at position first + i and sees the keys and
/// values of positions 0 to first + i. A score is the lane sum of query × key
/// over the head, times 1/√head_width; an output is the running sum over
/// positions of probability × value. Training takes first = 0; a sampler with
/// cached keys and values takes count = 1.
/// outputs, queries: (count, heads × head_width);
/// keys, values: (first + count, heads × head_width);
/// probabilities: (heads, packed rows), where row i has first + i + 1
/// elements; kept for the gradient.
void mgpt_attention(
    float *outputs, float *probabilities, const float *queries,
    const float *keys, const float *values, size_t first, size_t count,
    size_t heads, size_t head_width);

/// The gradients of mgpt_attention with first = 0; the three are overwritten.
///
/// query_gradients, key_gradients, value_gradients, output_gradients,
/// queries, keys, values: (count, heads × head_width);
/// probabilities: as mgpt_attention left them; scratch: (count).
void mgpt_attention_gradient(
    float *query_gradients, float *key_gradients, float *value_gradients,
    const float *output_gradients, const float *probabilities,
    const float *queries, const float *keys, const float *values,
    float *scratch, size_t count, size_t heads, size_t head_width);

// MARK: Optimiser

/// What one step of Adam (Kingma & Ba 2015) has in common for all weights.
typedef struct {
  /// Learning rate / (1 − beta1^t), t counted from 1.
  float rate;
  /// Decay of the mean of gradients, and 1 minus it.
  float beta1, complement1;
  /// Decay of the mean of squared gradients, and 1 minus it.
  float beta2, complement2;
  /// 1 / (1 − beta2^t).
  float correction2;
  /// Added to the root, against division by 0.
  float epsilon;
} mgpt_adam_step;

/// One step of Adam: m = beta1·m + complement1·g;
/// v = beta2·v + complement2·g²; weight −= rate·m / (√(v·correction2) +
/// epsilon). All arrays: (count).
void mgpt_adam(
    float *weights, float *first_moments, float *second_moments,
    const float *gradients, const mgpt_adam_step *step, size_t count);

#ifdef __cplusplus
}
#endif

#endif
