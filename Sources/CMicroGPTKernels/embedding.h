// Embeddings, looked up and taught row by row.

static void embed(
    float *outputs, const int32_t *tokens, const float *token_embedding,
    const float *position_embedding, size_t count, size_t width) {
  for (size_t i = 0; i < count; i += 1) {
    const float *token = token_embedding + (size_t)tokens[i] * width;
    for (size_t k = 0; k < width; k += LANES) {
      const size_t rest = width - k, at = i * width + k;
      store(
          outputs + at,
          load(token + k, rest) + load(position_embedding + at, rest), rest);
    }
  }
}

static void embed_gradient(
    float *token_gradients, float *position_gradients, const int32_t *tokens,
    const float *output_gradients, size_t count, size_t width) {
  add(position_gradients, output_gradients, count * width);
  for (size_t i = 0; i < count; i += 1)
    add(token_gradients + (size_t)tokens[i] * width,
        output_gradients + i * width, width);
}
