#include "CMicroGPTKernels.h"
#include "lanes.h"

// sums += factor × row. Both: (width).
INLINE void add_scaled(
    float *sums, const float *row, float factor, size_t width) {
  if (width == 4) {  // the narrow heads of small models
    f32x4 a, b;
    memcpy(&a, sums, sizeof a);
    memcpy(&b, row, sizeof b);
    a += b * factor;
    memcpy(sums, &a, sizeof a);
    return;
  }
  for (size_t k = 0; k < width; k += LANES) {
    size_t rest = width - k;
    store(sums + k, load(sums + k, rest) + load(row + k, rest) * factor, rest);
  }
}

void mgpt_attention(
    float *outputs, float *probabilities, const float *queries,
    const float *keys, const float *values, size_t first, size_t count,
    size_t heads, size_t head_width) {
  const size_t stride = heads * head_width;
  const float scale = 1 / root((float)head_width);
  memset(outputs, 0, count * stride * sizeof *outputs);
  float *row = probabilities;
  for (size_t head = 0; head < heads; head += 1) {
    const size_t offset = head * head_width;
    for (size_t i = 0; i < count; i += 1) {
      const size_t seen = first + i + 1;
      const float *query = queries + i * stride + offset;
      const float *key = keys + offset, *value = values + offset;
      float *output = outputs + i * stride + offset;
      for (size_t s = 0; s < seen; s += 1)
        row[s] = dot(query, key + s * stride, head_width) * scale;
      mgpt_softmax(row, row, seen);
      for (size_t s = 0; s < seen; s += 1)
        add_scaled(output, value + s * stride, row[s], head_width);
      row += seen;
    }
  }
}

void mgpt_attention_gradient(
    float *query_gradients, float *key_gradients, float *value_gradients,
    const float *output_gradients, const float *probabilities,
    const float *queries, const float *keys, const float *values,
    float *scratch, size_t count, size_t heads, size_t head_width) {
  const size_t stride = heads * head_width;
  const float scale = 1 / root((float)head_width);
  const size_t bytes = count * stride * sizeof(float);
  memset(query_gradients, 0, bytes);
  memset(key_gradients, 0, bytes);
  memset(value_gradients, 0, bytes);
  const float *row = probabilities;
  for (size_t head = 0; head < heads; head += 1) {
    const size_t offset = head * head_width;
    for (size_t i = 0; i < count; i += 1) {
      const size_t seen = i + 1, at = i * stride + offset;
      const float *query = queries + at, *output = output_gradients + at;
      for (size_t s = 0; s < seen; s += 1) {
        const size_t to = s * stride + offset;
        scratch[s] = dot(output, values + to, head_width);
        add_scaled(value_gradients + to, output, row[s], head_width);
      }
      // Softmax: the gradient of score s is p_s·(g_s − Σ p·g).
      const float mean = dot(row, scratch, seen);
      for (size_t s = 0; s < seen; s += 1) {
        const size_t to = s * stride + offset;
        const float score = row[s] * (scratch[s] - mean) * scale;
        add_scaled(query_gradients + at, keys + to, score, head_width);
        add_scaled(key_gradients + to, query, score, head_width);
      }
      row += seen;
    }
  }
}
