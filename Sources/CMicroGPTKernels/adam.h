// Adam (Kingma & Ba 2015).

// 0 for what is far below all that matters. A moment without gradients decays
// for ever; as a subnormal number it would cost many times the cycles.
INLINE f32x16 settle(f32x16 v) {
  // As integers, which are compared where nothing else waits.
  const i32x16 size = (i32x16)v & 0x7fffffff, least = 27 << 23;  // 2^-100
  return size < least ? (f32x16)0 : v;
}

static void adam(
    float *weights, float *first_moments, float *second_moments,
    const float *gradients, const mgpt_adam_step *step, size_t count) {
  const f32x16 rate = step->rate, epsilon = step->epsilon;
  const f32x16 beta1 = step->beta1, complement1 = step->complement1;
  const f32x16 beta2 = step->beta2, complement2 = step->complement2;
  for (size_t i = 0; i < count; i += LANES) {
    const size_t rest = count - i;
    const f32x16 g = load(gradients + i, rest);
    f32x16 m = load(first_moments + i, rest);
    f32x16 v = load(second_moments + i, rest);
    m = settle(multiply_add(m, beta1, g * complement1));
    v = settle(multiply_add(v, beta2, (g * g) * complement2));
    const f32x16 change = (m * rate) / (root(v) + epsilon);
    store(first_moments + i, m, rest);
    store(second_moments + i, v, rest);
    store(weights + i, load(weights + i, rest) - change, rest);
  }
}
