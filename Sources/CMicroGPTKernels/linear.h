// A linear layer on weights as a checkpoint has them: what sampling needs.

typedef struct {
  float *outputs;                  // (count, out)
  const float *inputs, *weights;   // (count, in), (out, in)
  const float *residual;           // (count, out) or NULL
  size_t in, out;
  int rectifies;
} linear_layer;

// The lane sums of products of some rows of weights, from `o` on and `apart`
// from each other, and some of inputs, from `i` on. The numbers of rows are
// constants where this is inlined.
INLINE void multiply_rows(
    const linear_layer *x, size_t o, size_t outputs, size_t apart, size_t i,
    size_t inputs) {
  const size_t in = x->in, full = in - in % LANES;
  const float *w = x->weights + o * in, *a = x->inputs + i * in;
  f32x16 sums[4];
  UNROLL for (size_t t = 0; t < outputs * inputs; t += 1) sums[t] = 0;
  for (size_t k = 0; k < in; k += LANES) {
    const size_t width = k < full ? LANES : in - full;
    f32x16 factors[2];
    UNROLL for (size_t c = 0; c < inputs; c += 1)
      factors[c] = load(a + c * in + k, width);
    UNROLL for (size_t r = 0; r < outputs; r += 1) {
      const f32x16 row = load(w + r * apart * in + k, width);
      UNROLL for (size_t c = 0; c < inputs; c += 1)
        sums[r * inputs + c] =
            multiply_add(factors[c], row, sums[r * inputs + c]);
    }
  }
  UNROLL for (size_t t = 0; t < outputs * inputs; t += 1) {
    const size_t at = (i + t % inputs) * x->out + o + t / inputs * apart;
    float one = sum(sums[t]);
    if (x->residual) one = x->residual[at] + one;
    // NaN stays, so that a broken model shows.
    x->outputs[at] = x->rectifies && one <= 0 ? 0 : one;
  }
}

// For a row of inputs alone, from memory. Two halves are read at once: each in
// its order, as memory gives most when it is read so, and a load of inputs
// serves both.
INLINE void multiply_one(const linear_layer *x, size_t first, size_t last) {
  const size_t half = (last - first) / 2;
  for (size_t o = first; o < first + half; o += 1)
    multiply_rows(x, o, 2, half, 0, 1);
  for (size_t o = first + 2 * half; o < last; o += 1)
    multiply_rows(x, o, 1, 1, 0, 1);
}

// For more rows two of weights and two of inputs keep four sums in registers,
// while the next weights are fetched, a part at a time.
INLINE void multiply_many(
    const linear_layer *x, size_t count, size_t first, size_t last) {
  const size_t in = x->in;
  for (size_t o = first; o < last; o += 2) {
    const float *next = x->weights + (o + 2) * in, *end = next + 2 * in;
    for (size_t i = 0; i < count; i += 2) {
      for (size_t k = 0; k <= 4 * in / count && next < end; k += LANES)
        __builtin_prefetch(next), next += LANES;
      switch (least(last - o, 2) * 2 + least(count - i, 2)) {
        case 3: multiply_rows(x, o, 1, 1, i, 1); break;
        case 4: multiply_rows(x, o, 1, 1, i, 2); break;
        case 5: multiply_rows(x, o, 2, 1, i, 1); break;
        case 6: multiply_rows(x, o, 2, 1, i, 2); break;
      }
    }
  }
}

static void linear(
    float *outputs, const float *inputs, const float *weights,
    const float *residual, int rectifies, size_t count, size_t in, size_t out,
    size_t first, size_t last) {
  const linear_layer x = {
      outputs, inputs, weights, residual, in, out, rectifies};
  if (count == 1)
    multiply_one(&x, first, last);
  else
    multiply_many(&x, count, first, last);
}
