// Adam (Kingma & Ba 2015).
//
// A moment without gradients decays for ever, and subnormal numbers cost many
// times the cycles. So v stays above a floor, m loses what is far below all
// that matters, and the square of a gradient appears inside a fused sum only.

static void adam(
    float *weights, float *first_moments, float *second_moments,
    const float *gradients, const mgpt_adam_step *step, size_t count) {
  const f32x16 rate = step->rate, epsilon = step->epsilon;
  const f32x16 beta1 = step->beta1, beta2 = step->beta2, keep = step->keep;
  const f32x16 complement1 = step->complement1 * step->gradient_scale;
  const f32x16 root2 = step->root_complement2 * step->gradient_scale;
  const f32x16 floor = 0x1p-120f, grain = 0x1p-90f;
  for (size_t i = 0; i < count; i += LANES) {
    const size_t rest = count - i;
    const f32x16 g = load(gradients + i, rest), scaled = g * root2;
    f32x16 m = load(first_moments + i, rest);
    f32x16 v = load(second_moments + i, rest);
    m = (multiply_add(m, beta1, g * complement1) + grain) - grain;
    v = greater(multiply_add(scaled, scaled, v * beta2), floor);
    const f32x16 change = (m * rate) / (root(v) + epsilon);
    store(first_moments + i, m, rest);
    store(second_moments + i, v, rest);
    const f32x16 w = multiply_add(load(weights + i, rest), keep, -change);
    store(weights + i, w, rest);
  }
}
