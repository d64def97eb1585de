// What goes element by element.

static void add(float *sums, const float *terms, size_t count) {
  for (size_t i = 0; i < count; i += LANES) {
    const size_t rest = count - i;
    store(sums + i, load(sums + i, rest) + load(terms + i, rest), rest);
  }
}

static void relu(float *values, size_t count) {
  for (size_t i = 0; i < count; i += LANES) {
    const size_t rest = count - i;
    const f32x16 v = load(values + i, rest);
    // NaN stays, so that a broken run shows.
    store(values + i, v <= 0.0f ? (f32x16)0 : v, rest);
  }
}

static void exponentials(float *outputs, const float *inputs, size_t count) {
  for (size_t i = 0; i < count; i += LANES) {
    const size_t rest = count - i;
    store(outputs + i, exponential(load(inputs + i, rest)), rest);
  }
}
