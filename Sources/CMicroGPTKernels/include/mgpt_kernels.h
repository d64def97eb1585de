/// The hot loops of training and sampling, on 32-bit floats.
///
/// **The numeric contract.** Every operation is one of IEEE 754: additions,
/// multiplications, divisions and square roots, each rounded to nearest as
/// written, and no function of a mathematics library. What is called *fused*
/// below is a × b + c, rounded once in the sets that fuse (avx2, avx512 and
/// neon) and after each operation in the baseline. So all sets that fuse give
/// the same bits, whatever the processor, and so does the baseline; the two
/// differ from each other.
///
/// *Running sum*: the terms are added in order. *Lane sum*: the terms are
/// dealt to 16 lanes (term k to lane k mod 16), each lane adds its terms in
/// order, starting from 0; then lane l takes in lane l + 8, l + 4, l + 2 and
/// l + 1, in this order of halving. In a *fused* sum of products each product
/// is fused with the addition of it. Bits are promised for results that are
/// numbers; a NaN may differ in sign and payload.
///
/// Matrices are dense and row-major; a comment (n, width) is n rows of width
/// elements. Sizes may be anything, 0 included; no alignment is demanded and
/// nothing outside the arrays is read or written. Arrays that a function
/// writes must not overlap its other arrays unless it says that they may.
///
/// What training alone needs is declared as a type of function: it calls those
/// of a set (mgpt_kernel_sets.h).
#ifndef MGPT_KERNELS_H
#define MGPT_KERNELS_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#pragma clang assume_nonnull begin

// MARK: A linear layer when sampling

/// Applies rows `first` to `last` − 1 of a weight matrix to rows of inputs:
/// outputs = residual + inputs · weightsᵀ, then 0 for what is negative if
/// `rectifies` is not 0.
///
/// Each output is a fused lane sum over `in`, to which the residual is added,
/// unless that is NULL. It does not depend on `count`, so that a position gives
/// the same bits alone and in a batch.
/// outputs, residual: (count, out), may be the same array;
/// inputs: (count, in), weights: (out, in).
void mgpt_linear(
    float *outputs, const float *inputs, const float *weights,
    const float *_Nullable residual, int rectifies, size_t count, size_t in,
    size_t out, size_t first, size_t last);

// MARK: A linear layer when training

/// Lays out rows of a weight matrix as training reads them.
///
/// Forward panels: (⌈out / 16⌉, in, 16), element (o, i) of the weights at
/// (o / 16, i, o mod 16). Backward panels: (⌈in / 16⌉, out, 16), element (o, i)
/// at (i / 16, o, i mod 16); NULL for none, as where `in` is 16 and the weights
/// themselves are such. What stands behind the last output stays; behind the
/// last input there will be zeros. Nobody asks for either.
/// weights: (out, in), of which the rows `first` to first + count − 1 are laid
/// out.
typedef void mgpt_lay_out(
    float *forward_panels, float *_Nullable backward_panels,
    const float *weights, size_t first, size_t count, size_t in, size_t out);

/// Applies a weight matrix to rows: outputs = residual + inputs · weightsᵀ,
/// then 0 for what is negative if `rectifies` is not 0.
///
/// Each output is a fused running sum over `in`, starting from the residual,
/// or from 0 where that is NULL.
/// outputs, residual: (count, out), may be the same array;
/// inputs: (count, in), panels: the weights' forward panels.
typedef void mgpt_linear_forward(
    float *outputs, const float *inputs, const float *panels,
    const float *_Nullable residual, int rectifies, size_t count, size_t in,
    size_t out);

/// The gradient with respect to the inputs:
/// input_gradients = output_gradients · weights, a fused running sum over
/// `out`, from 0; then 0 wherever `rectified`, which mgpt_linear_forward made
/// and handed on as these inputs, is 0. NULL if it did not rectify them.
/// input_gradients, rectified: (count, in); output_gradients: (count, out);
/// panels: the weights' backward panels.
typedef void mgpt_linear_input_gradient(
    float *input_gradients, const float *output_gradients,
    const float *panels, const float *_Nullable rectified, size_t count,
    size_t in, size_t out);

/// The gradient with respect to the weights: output_gradientsᵀ · inputs, a
/// fused running sum over `count`, starting from what weight_gradients hold
/// if `adds` is not 0, from 0 otherwise.
/// weight_gradients: (out, in); output_gradients: count rows, the first `out`
/// of each `stride` elements; inputs: (count, in).
typedef void mgpt_linear_weight_gradient(
    float *weight_gradients, const float *output_gradients,
    const float *inputs, int adds, size_t count, size_t in, size_t out,
    size_t stride);

// MARK: Element by element

/// Adds one array to another: sums += terms. Both: (count).
void mgpt_add(float *sums, const float *terms, size_t count);

/// Replaces negative values by 0, in place. values: (count).
void mgpt_relu(float *values, size_t count);

/// Writes e to the power of each input, with a relative error below 7.8e-8 in
/// the sets that fuse and 1e-7 in the baseline, as all inputs have shown; 0
/// where the result would be subnormal (below −87.3366), infinity from 88.7229
/// upwards, NaN for NaN. outputs and inputs: (count), may be the same array.
void mgpt_exp(float *outputs, const float *inputs, size_t count);

/// The natural logarithm of a positive, normal, finite number, with a
/// relative error below 1e-15; NaN for any other.
typedef double mgpt_log(double value);

// MARK: Row by row

/// What the loss of a row is made of: log(total) + margin.
typedef struct {
  /// The largest logit minus that of the target.
  double margin;
  /// The sum of e to the logits minus the largest, from 1 to the width.
  double total;
} mgpt_row_loss;

/// Looks up embeddings: row i is that of tokens[i] plus that of position i.
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

/// Normalises rows by their root mean square (Zhang & Sennrich 2019):
/// outputs = scale × inputs, scale = 1 / √(mean of squares + 1e-5), the mean
/// from a fused lane sum.
/// outputs and inputs: (count, width), may be the same array; scales: (count).
void mgpt_rms_norm(
    float *outputs, float *scales, const float *inputs, size_t count,
    size_t width);

/// The gradient with respect to the inputs of mgpt_rms_norm.
///
/// With s the scale of a row, x the row, g its output gradient and r its
/// residual gradient, or 0 where that is NULL:
/// input_gradient = (r + s·g) − (s³·((g·x)/width))·x, both sums fused, and
/// g·x a fused lane sum.
/// All but scales: (count, width); input_gradients may be the same array as
/// residual_gradients or output_gradients. scales: (count).
typedef void mgpt_rms_norm_gradient(
    float *input_gradients, const float *_Nullable residual_gradients,
    const float *output_gradients, const float *inputs, const float *scales,
    size_t count, size_t width);

/// The gradient of the cross-entropy of rows of logits, and what its value
/// follows from.
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
/// It stays finite where the probability would underflow to 0. losses: (count).
typedef double mgpt_loss(const mgpt_row_loss *losses, size_t count);

// MARK: Dropout

/// One of the keys that follow from another: output `number`, counted from 0,
/// of the generator SplitMix64 (Steele, Lea & Flood 2014) seeded with it.
static inline uint64_t mgpt_key(uint64_t key, uint64_t number) {
  uint64_t z = key + (number + 1) * 0x9e3779b97f4a7c15u;
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
  z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
  return z ^ (z >> 31);
}

/// What elements of some rows are left out.
typedef struct {
  /// What their random bits follow from.
  uint64_t key;
  /// Of 2^32 elements, how many are left out.
  uint32_t threshold;
  /// What the others are multiplied by.
  float scale;
} mgpt_dropout;

/// Leaves out elements of rows at random and scales the others (Srivastava et
/// al. 2014): outputs = residual + factor × inputs, fused, where factor is 0
/// or `scale`; without the sum where residual is NULL.
///
/// The random bits of an element are a function of key, row and column. With k
/// = mgpt_key(key, row), they are h after, modulo 2^32: h = k + column ×
/// 0x9e3779b9; h ^= h >> 16; h *= 0x85ebca6b; h ^= h >> 13; h ^= k >> 32;
/// h *= 0xc2b2ae35; h ^= h >> 16 (MurmurHash3's finaliser, and half of the key
/// on the way). The element is left out if h < threshold.
/// outputs, inputs, residual: (count, width), may be the same array;
/// first: the number of the first row.
typedef void mgpt_drop(
    float *outputs, const float *inputs, const float *_Nullable residual,
    const mgpt_dropout *dropout, size_t first, size_t count, size_t width);

// MARK: Memory

/// Has memory that will soon be read fetched into the cache. Any address will
/// do.
static inline void mgpt_prefetch(const void *address) {
  __builtin_prefetch(address);
}

// MARK: Attention when sampling

/// The positions that a row sees.
typedef struct {
  const float *keys, *values;  // (count, heads × head_width)
  size_t count;  // at least 1
} mgpt_attended;

/// Multi-head attention of rows, each to positions of its own.
///
/// A score is the fused lane sum of query × key over the head, a fused running
/// sum where head_width is 4, times 1/√head_width; the probabilities are the
/// softmax of the scores: e to the score minus the largest score, times 1 / the
/// lane sum of these; an output is the fused running sum over positions of
/// probability × value. A row does not depend on those beside it.
/// outputs, queries: (count, heads × head_width), positions: (count),
/// probabilities: (mgpt_attention_room).
void mgpt_attention(
    float *outputs, float *probabilities, const float *queries,
    const mgpt_attended *positions, size_t count, size_t heads,
    size_t head_width);

/// The number of probabilities of mgpt_attention for a row that sees so many
/// positions; for several rows it is the sum.
size_t mgpt_attention_room(size_t seen, size_t heads);

// MARK: Drawing tokens

/// Turns logits into weights, row by row: e to (logit − largest) / temperature.
/// weights, logits: (count, width).
typedef void mgpt_weigh(
    float *weights, const float *logits, float temperature, size_t count,
    size_t width);

/// Picks an element of each row with a chance proportional to its weight: the
/// first at which the running sum of the weights, in doubles, exceeds unit ×
/// their sum; −1, where that is 0 or no finite number.
/// picks, units: (count), each unit from 0 to below 1; weights: (count, width).
typedef void mgpt_pick(
    int32_t *picks, const float *weights, const double *units, size_t count,
    size_t width);

// MARK: Attention when training

/// The arrays of attention over a document: `count` rows each, of which
/// heads × head_width elements count, those of one head after those of
/// another. Some heads of many are treated alone by pointing to their columns.
typedef struct {
  size_t count, heads, head_width;
  /// From a row of queries, keys or values, or of gradients with respect to
  /// them, to the next.
  size_t stride;
  /// From a row of outputs, or of their gradients, to the next.
  size_t out_stride;
} mgpt_attention_shape;

/// Causal multi-head attention of a document to itself.
///
/// As mgpt_attention, each row seeing the positions up to its own, but all
/// scores are fused running sums.
/// kept: (mgpt_attention_kept), for the gradient;
/// scratch: (mgpt_attention_scratch). Memory grows with count, not with its
/// square.
typedef void mgpt_attention_forward(
    float *outputs, float *kept, float *scratch, const float *queries,
    const float *keys, const float *values,
    const mgpt_attention_shape *shape);

/// The gradients of mgpt_attention_forward.
///
/// With p the probabilities of a row and g the fused running sums over the
/// head of output gradient × value, the gradient of a score is
/// (p·(g − Σ p·g))·(1/√head_width), the sum a fused lane sum; all others are
/// fused running sums, over positions or rows in order.
/// The gradients are overwritten. kept: as mgpt_attention_forward left it with
/// the same shape; scratch: (mgpt_attention_scratch).
typedef void mgpt_attention_gradient(
    float *query_gradients, float *key_gradients, float *value_gradients,
    const float *output_gradients, const float *kept, float *scratch,
    const float *queries, const float *keys, const float *values,
    const mgpt_attention_shape *shape);

/// Up to so many positions, heads of width 4 keep all their probabilities.
enum { MGPT_NARROW_POSITIONS = 64 };

/// The number of elements that attention keeps for its gradient.
size_t mgpt_attention_kept(const mgpt_attention_shape *shape);

/// The number of elements that attention, or its gradient, needs meanwhile.
size_t mgpt_attention_scratch(const mgpt_attention_shape *shape);

// MARK: Optimiser

/// What one step of Adam (Kingma & Ba 2015, end of section 2) has in common
/// for all weights.
typedef struct {
  /// Learning rate × √(1 − beta2^t) / (1 − beta1^t), t counted from 1.
  float rate;
  /// Decay of the mean of gradients, and 1 minus it.
  float beta1, complement1;
  /// Decay of the mean of squared gradients, and the root of 1 minus it.
  float beta2, root_complement2;
  /// Added to the root, against division by 0, times √(1 − beta2^t).
  float epsilon;
  /// What the step keeps of each weight, 1 for all of it: 1 − learning rate ×
  /// weight decay, decoupled from the gradient (Loshchilov & Hutter 2019).
  float keep;
  /// What all gradients are to be multiplied by, 1 for none but themselves.
  float gradient_scale;
} mgpt_adam_step;

/// One step of Adam: with c = complement1·gradient_scale and
/// r = root_complement2·gradient_scale, m = m·beta1 + (c·gradient) and
/// v = v·beta2 + (r·gradient)²; then
/// weight = weight·keep − (rate·m) / (√v + epsilon), all three fused.
///
/// Lest they decay into subnormal numbers, 2^−90 is added to m and subtracted
/// again, which takes from it what is below 2^−114, and v is at least 2^−120.
/// All arrays: (count).
typedef void mgpt_adam(
    float *weights, float *first_moments, float *second_moments,
    const float *gradients, const mgpt_adam_step *step, size_t count);

/// The sum of the squares of values, a lane sum in doubles. The squares are
/// exact, so all sets give the same bits, the baseline too. values: (count).
typedef double mgpt_sum_of_squares(const float *values, size_t count);

// MARK: The limits of the machine

/// Does nothing but fused multiply-adds of 16 lanes, 12 × `rounds` of them and
/// so MGPT_PEAK_OPERATIONS × `rounds` floating-point operations, as many at a
/// time independent of one another as it takes to keep a core busy: what a core
/// can do at most.
///
/// Returns the mean of the sums: 1 after 400 rounds or more.
float mgpt_peak(size_t rounds);

enum { MGPT_PEAK_OPERATIONS = 12 * 16 * 2 };

/// Reads values and adds them up in the shortest time, in no promised order:
/// what the memory can give at most. values: (count).
float mgpt_read_memory(const float *values, size_t count);

#pragma clang assume_nonnull end

#ifdef __cplusplus
}
#endif

#endif
