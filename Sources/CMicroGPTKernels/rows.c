// What goes element by element or row by row.
#include "CMicroGPTKernels.h"
#include "lanes.h"

#include <float.h>

void mgpt_add(float *sums, const float *terms, size_t count) {
  for (size_t i = 0; i < count; i += LANES) {
    size_t width = count - i;
    store(sums + i, load(sums + i, width) + load(terms + i, width), width);
  }
}

void mgpt_relu(float *values, size_t count) {
  for (size_t i = 0; i < count; i += LANES) {
    size_t width = count - i;
    f32x16 v = load(values + i, width);
    // NaN stays, so that a broken run shows.
    store(values + i, choose(v <= 0, splat(0), v), width);
  }
}

void mgpt_relu_gradient(
    float *gradients, const float *outputs, size_t count) {
  for (size_t i = 0; i < count; i += LANES) {
    size_t width = count - i;
    f32x16 g = load(gradients + i, width);
    f32x16 v = load(outputs + i, width);
    store(gradients + i, choose(v == 0, splat(0), g), width);
  }
}

void mgpt_exp(float *outputs, const float *inputs, size_t count) {
  for (size_t i = 0; i < count; i += LANES) {
    size_t width = count - i;
    store(outputs + i, exponential(load(inputs + i, width)), width);
  }
}

double mgpt_log(double value) {
  if (!(value >= DBL_MIN && value <= DBL_MAX)) return NAN;
  // value = 2^n · m with m from √½ to √2, n read off the exponent.
  uint64_t bits;
  memcpy(&bits, &value, sizeof bits);
  const uint64_t root_half = 0x3fe6a09e667f3bcd;
  int64_t n = (int64_t)(bits - root_half) >> 52;
  bits -= (uint64_t)n << 52;
  double m;
  memcpy(&m, &bits, sizeof m);
  // log m = 2 artanh s = 2 (s + s³/3 + s⁵/5 + …), |s| < 0.172.
  double s = (m - 1) / (m + 1), square = s * s, series = 0;
  for (int k = 23; k >= 3; k -= 2) series = (series + 1.0 / k) * square;
  // ln 2 in two parts; n times the first is exact.
  return n * 0x1.62e42fefa3800p-1
         + (2 * s + (2 * s * series + n * 0x1.ef35793c76730p-45));
}

void mgpt_rms_norm(
    float *outputs, float *scales, const float *inputs, size_t count,
    size_t width) {
  for (size_t row = 0; row < count; row += 1) {
    const float *x = inputs + row * width;
    float *y = outputs + row * width;
    float scale = 1 / root(dot(x, x, width) / (float)width + 1e-5f);
    scales[row] = scale;
    for (size_t k = 0; k < width; k += LANES)
      store(y + k, load(x + k, width - k) * scale, width - k);
  }
}

void mgpt_rms_norm_gradient(
    float *input_gradients, const float *output_gradients,
    const float *inputs, const float *scales, size_t count, size_t width) {
  for (size_t row = 0; row < count; row += 1) {
    const float *x = inputs + row * width;
    const float *dy = output_gradients + row * width;
    float *dx = input_gradients + row * width;
    float scale = scales[row];
    float pull =
        (scale * scale * scale) * (dot(dy, x, width) / (float)width);
    for (size_t k = 0; k < width; k += LANES) {
      size_t rest = width - k;
      f32x16 change = load(dy + k, rest) * scale - load(x + k, rest) * pull;
      store(dx + k, load(dx + k, rest) + change, rest);
    }
  }
}

// Writes e^(score − largest) and gives the largest score and the lane sum.
INLINE void exponentials(
    float *outputs, const float *scores, size_t count, float *largest,
    float *total) {
  const float none = -INFINITY;
  f32x16 top = splat(none);
  for (size_t i = 0; i < count; i += LANES) {
    f32x16 v = load_or(scores + i, count - i, none);
    top = choose(v > top, v, top);
  }
  float most = top[0];
  for (size_t lane = 1; lane < LANES; lane += 1)
    most = top[lane] > most ? top[lane] : most;
  f32x16 terms = splat(0);
  for (size_t i = 0; i < count; i += LANES) {
    size_t width = count - i;
    // The lanes behind the row hold −∞ and add e^−∞ = 0.
    f32x16 v = exponential(load_or(scores + i, width, none) - most);
    terms += v;
    store(outputs + i, v, width);
  }
  *largest = most;
  *total = sum(terms);
}

void mgpt_softmax(float *probabilities, const float *scores, size_t count) {
  float largest, total;
  exponentials(probabilities, scores, count, &largest, &total);
  float reciprocal = 1 / total;
  for (size_t i = 0; i < count; i += LANES) {
    size_t width = count - i;
    store(
        probabilities + i, load(probabilities + i, width) * reciprocal, width);
  }
}

double mgpt_cross_entropy(
    float *gradients, const float *logits, const int32_t *targets,
    float weight, size_t count, size_t width) {
  double loss = 0;
  for (size_t row = 0; row < count; row += 1) {
    float *g = gradients + row * width;
    size_t target = (size_t)targets[row];
    float score = logits[row * width + target], largest, total;
    exponentials(g, logits + row * width, width, &largest, &total);
    loss += mgpt_log(total) - ((double)score - (double)largest);
    float factor = weight / total;
    for (size_t k = 0; k < width; k += LANES)
      store(g + k, load(g + k, width - k) * factor, width - k);
    g[target] -= weight;
  }
  return loss;
}

void mgpt_adam(
    float *weights, float *first_moments, float *second_moments,
    const float *gradients, const mgpt_adam_step *step, size_t count) {
  const mgpt_adam_step s = *step;
  for (size_t i = 0; i < count; i += LANES) {
    size_t width = count - i;
    f32x16 g = load(gradients + i, width);
    f32x16 m = load(first_moments + i, width);
    f32x16 v = load(second_moments + i, width);
    m = m * s.beta1 + g * s.complement1;
    v = v * s.beta2 + (g * g) * s.complement2;
    f32x16 change = (m * s.rate) / (roots(v * s.correction2) + s.epsilon);
    store(first_moments + i, m, width);
    store(second_moments + i, v, width);
    store(weights + i, load(weights + i, width) - change, width);
  }
}
