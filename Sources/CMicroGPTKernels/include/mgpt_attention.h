/// Multi-head attention, and the sizes of its arrays.
#ifndef MGPT_ATTENTION_H
#define MGPT_ATTENTION_H

#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

#pragma clang assume_nonnull begin

// MARK: Sampling

/// The positions that a row sees.
typedef struct {
  const float *keys, *values;  // (count, heads × head_width)
  size_t count;  // at least 1
} mgpt_attended;

/// Multi-head attention of rows, each to positions of its own.
///
/// A score is the fused lane sum of query × key over the head, a fused running
/// sum if head_width is 4, times 1/√head_width; the probabilities are the
/// softmax of the scores: e to the score minus the largest score, times 1 / the
/// lane sum of these; an output is the fused running sum over positions of
/// probability × value. A row does not depend on the other rows.
/// outputs, queries: (count, heads × head_width), positions: (count),
/// probabilities: (the sum of mgpt_attention_probabilities over the rows).
typedef void mgpt_attention(
    float *outputs, float *probabilities, const float *queries,
    const mgpt_attended *positions, size_t count, size_t heads,
    size_t head_width);

/// The number of probabilities of mgpt_attention for a row that sees `seen`
/// positions.
size_t mgpt_attention_probabilities(size_t seen, size_t heads);

// MARK: Training

/// The shape of the arrays of attention over a document: `count` rows each, of
/// heads × head_width elements, those of one head after those of another. To
/// compute only some of many heads, point to the columns of these.
typedef struct {
  size_t count, heads, head_width;
  /// The distance between two rows of queries, keys or values, or of gradients
  /// with respect to them.
  size_t stride;
  /// The distance between two rows of outputs, or of their gradients.
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

/// The maximum number of positions for which heads of width 4 keep all their
/// probabilities.
enum { MGPT_NARROW_POSITIONS = 64 };

/// The number of elements that attention keeps for its gradient.
size_t mgpt_attention_kept(const mgpt_attention_shape *shape);

/// The number of elements of temporary memory that attention, or its gradient,
/// needs.
size_t mgpt_attention_scratch(const mgpt_attention_shape *shape);

#pragma clang assume_nonnull end

#ifdef __cplusplus
}
#endif

#endif
