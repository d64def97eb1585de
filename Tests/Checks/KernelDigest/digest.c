// Runs each kernel on inputs that are the same everywhere, over shapes with
// every kind of tail and every kind of block, and hashes its outputs.
#include "kernel_digest.h"

#include <string.h>

// Odd, so that the buffers differ in alignment.
enum { CAPACITY = (1 << 18) + 1 };

// A stream of inputs, and a hash (FNV-1a, word by word) of results.
typedef struct {
  uint64_t state, hash;
  float buffers[8][CAPACITY];
} digest;

static digest d;

static float number(void) {
  d.state = d.state * 6364136223846793005u + 1442695040888963407u;
  return (float)(int32_t)(d.state >> 32) / 2147483648.0f;
}

static float *fill(int buffer, size_t count, float scale) {
  if (count > CAPACITY) __builtin_trap();
  for (size_t i = 0; i < count; i += 1)
    d.buffers[buffer][i] = scale * number();
  return d.buffers[buffer];
}

static void hash(uint32_t bits) {
  d.hash = (d.hash ^ bits) * 1099511628211u;
}

static void hash_double(double value) {
  uint64_t bits;
  memcpy(&bits, &value, sizeof bits);
  hash((uint32_t)bits);
  hash((uint32_t)(bits >> 32));
}

static void hash_floats(const float *values, size_t count) {
  for (size_t i = 0; i < count; i += 1) {
    uint32_t bits;
    memcpy(&bits, &values[i], sizeof bits);
    // All NaNs hash alike.
    hash((bits & 0x7fffffffu) > 0x7f800000u ? 0x7fc00000u : bits);
  }
}

// Rows, inputs and outputs of linear layers; products sum over each of the
// three. First shapes with tails, then shapes that are split into blocks.
static const size_t shapes[][3] = {
    {1, 1, 1},      {1, 16, 16},   {2, 3, 5},      {3, 15, 4},
    {5, 17, 6},     {4, 33, 7},    {1, 64, 27},    {7, 16, 48},
    {9, 16, 27},    {13, 64, 16},  {23, 10, 30},   {38, 31, 3},
    {8, 48, 64},    {0, 3, 3},     {3, 0, 2},      {258, 31, 1},
    {1, 600, 200},  {64, 16, 64},  {48, 48, 192},  {64, 192, 48},
    {16, 96, 144},  {32, 128, 80}, {11, 112, 176}, {70, 600, 33},
    {37, 199, 600}, {29, 257, 31}, {600, 17, 50},  {515, 48, 96},
};

enum {
  SHAPES = sizeof shapes / sizeof shapes[0],
  MAXIMUM_ROWS = 600,
  MORE_SHAPES = 70,  // of 1 to 70 rows, with different widths up to 200
};

static void get_shape(size_t index, size_t shape[3]) {
  if (index < SHAPES) {
    memcpy(shape, shapes[index], sizeof shapes[0]);
    return;
  }
  index -= SHAPES;
  shape[0] = index + 1;
  shape[1] = 1 + index * 37 % 200;
  shape[2] = 1 + index * 83 % 200;
}

// Positions, heads and the width of a head.
static const size_t head_shapes[][3] = {
    {1, 4, 4},  {7, 4, 4},   {16, 4, 4},  {19, 8, 4},  {5, 3, 2},
    {6, 2, 4},  {6, 3, 11},  {4, 2, 16},  {20, 1, 5},  {3, 2, 33},
    {64, 4, 4}, {65, 4, 4},  {200, 4, 4}, {48, 3, 16}, {33, 2, 48},
    {65, 2, 64}, {66, 5, 8}, {129, 2, 8}, {270, 1, 24},
};

enum { HEAD_SHAPES = sizeof head_shapes / sizeof head_shapes[0] };

static const size_t lengths[] = {
    0, 1, 2, 3, 5, 8, 15, 16, 17, 27, 31, 48, 100, 1000, 4099};

enum { LENGTHS = sizeof lengths / sizeof lengths[0] };

static void linear(const mgpt_kernels *k, size_t n, size_t in, size_t out) {
  float *x = fill(0, n * in, 1), *w = fill(1, out * in, 1);
  float *residual = fill(2, n * out, 1), *y = d.buffers[3];
  for (int kind = 0; kind < 4; kind += 1) {
    k->linear(
        y, x, w, kind & 1 ? residual : NULL, kind & 2, n, in, out, 0, out);
    hash_floats(y, n * out);
  }
}

static void forward(const mgpt_kernels *k, size_t n, size_t in, size_t out) {
  float *x = fill(0, n * in, 1), *w = fill(1, mgpt_padded(out) * in, 1);
  float *residual = fill(2, n * out, 1), *y = d.buffers[3];
  for (int kind = 0; kind < 4; kind += 1) {
    k->linear_forward(
        y, x, w, kind & 1 ? residual : NULL, kind & 2, n, in, out);
    hash_floats(y, n * out);
  }
}

static void input_gradient(
    const mgpt_kernels *k, size_t n, size_t in, size_t out) {
  float *dy = fill(0, n * out, 1), *w = fill(1, out * mgpt_padded(in), 1);
  float *gate = fill(2, n * in, 1), *dx = d.buffers[3];
  for (size_t i = 0; i < n * in; i += 1)
    gate[i] = gate[i] < 0 ? 0 : gate[i];
  k->linear_input_gradient(dx, dy, w, NULL, n, in, out);
  hash_floats(dx, n * in);
  k->linear_input_gradient(dx, dy, w, gate, n, in, out);
  hash_floats(dx, n * in);
}

static void weight_gradient(
    const mgpt_kernels *k, size_t n, size_t in, size_t out) {
  float *dy = fill(0, n * out, 1), *x = fill(1, n * in, 1);
  float *dw = d.buffers[2];
  for (int adds = 0; adds < 2; adds += 1) {
    k->linear_weight_gradient(dw, dy, x, adds, n, in, out, out);
    hash_floats(dw, out * in);
  }
  // Some of its rows.
  k->linear_weight_gradient(dw, dy + out / 3, x, 0, n, in, out / 2, out);
  hash_floats(dw, out / 2 * in);
}

static void lay_out(const mgpt_kernels *k, size_t n, size_t in, size_t out) {
  (void)n;
  float *w = fill(0, out * in, 1);
  float *forward = fill(1, mgpt_padded(out) * in, 1);
  float *backward = d.buffers[2];
  // In two parts.
  const size_t half = out / 2;
  k->lay_out(forward, backward, w, 0, half, in, out);
  k->lay_out(forward, backward, w, half, out - half, in, out);
  hash_floats(forward, mgpt_padded(out) * in);
  hash_floats(backward, mgpt_padded(in) * out);
}

static void embed(const mgpt_kernels *k, size_t n, size_t in, size_t out) {
  static int32_t tokens[CAPACITY];
  for (size_t i = 0; i < n; i += 1) tokens[i] = (int32_t)(i * 5 % out);
  float *table = fill(0, out * in, 1), *positions = fill(1, n * in, 1);
  k->embed(d.buffers[2], tokens, table, positions, n, in);
  hash_floats(d.buffers[2], n * in);
  k->embed_gradient(table, positions, tokens, d.buffers[2], n, in);
  hash_floats(table, out * in);
  hash_floats(positions, n * in);
}

static void rms_norm(const mgpt_kernels *k, size_t n, size_t in, size_t out) {
  (void)out;
  float *x = fill(0, n * in, 2), *dy = fill(1, n * in, 1);
  float *residual = fill(2, n * in, 1), *y = d.buffers[3];
  float *scales = d.buffers[4];
  k->rms_norm(y, scales, x, n, in);
  hash_floats(y, n * in);
  hash_floats(scales, n);
  k->rms_norm_gradient(y, NULL, dy, x, scales, n, in);
  hash_floats(y, n * in);
  k->rms_norm_gradient(residual, residual, dy, x, scales, n, in);
  hash_floats(residual, n * in);
}

static void cross_entropy(
    const mgpt_kernels *k, size_t n, size_t in, size_t out) {
  (void)in;
  static int32_t targets[CAPACITY];
  for (size_t i = 0; i < n; i += 1) targets[i] = (int32_t)(i * 7 % out);
  float *logits = fill(0, n * out, 9);
  static mgpt_row_loss losses[CAPACITY];
  k->cross_entropy(logits, losses, logits, targets, 0.3f, n, out);
  hash_double(k->loss(losses, n));
  hash_floats(logits, n * out);
}

static void drop(const mgpt_kernels *k, size_t n, size_t in, size_t out) {
  float *x = fill(0, n * in, 1), *residual = fill(1, n * in, 1);
  const uint32_t thresholds[] = {0, 1u << 28, 1u << 31, 0xe6666666u};
  for (size_t i = 0; i < sizeof thresholds / sizeof *thresholds; i += 1) {
    const mgpt_dropout dropout = {mgpt_key(i, out), thresholds[i], 1.25f};
    k->drop(d.buffers[2], x, NULL, &dropout, out, n, in);
    hash_floats(d.buffers[2], n * in);
    k->drop(d.buffers[2], x, residual, &dropout, out, n, in);
    hash_floats(d.buffers[2], n * in);
  }
}

static void attention(const mgpt_kernels *k, size_t n, size_t h, size_t w) {
  const size_t size = n * h * w;
  float *x = fill(0, 3 * size, 2);
  mgpt_attended positions[MAXIMUM_ROWS];
  for (size_t i = 0; i < n; i += 1)
    positions[i] = (mgpt_attended){x + size, x + 2 * size, i + 1};
  k->attention(d.buffers[2], d.buffers[1], x, positions, n, h, w);
  hash_floats(d.buffers[2], size);
}

static void draw(const mgpt_kernels *k, size_t n, size_t width, size_t unused) {
  (void)unused;
  float *weights = d.buffers[1];
  double units[MAXIMUM_ROWS];
  int32_t picks[MAXIMUM_ROWS];
  if (width == 0) return;  // there is no element to pick
  for (size_t i = 0; i < n; i += 1) units[i] = (number() + 1) / 2;
  k->weigh(weights, fill(0, n * width, 4), n % 2 ? 0.5f : 0.7f, n, width);
  hash_floats(weights, n * width);
  k->pick(picks, weights, units, n, width);
  for (size_t i = 0; i < n; i += 1) hash_double(picks[i]);
}

static void attention_gradient(
    const mgpt_kernels *k, size_t n, size_t h, size_t w) {
  const size_t width = h * w, stride = 3 * width + 1;
  const mgpt_attention_shape shape = {n, h, w, stride, width + 2};
  float *x = fill(0, n * stride, 2), *dy = fill(1, n * (width + 2), 1);
  float *kept = d.buffers[2], *y = d.buffers[3], *dx = d.buffers[4];
  float *scratch = d.buffers[5];
  memset(y, 0, n * (width + 2) * sizeof *y);
  k->attention_forward(
      y, kept, scratch, x, x + width, x + 2 * width, &shape);
  hash_floats(y, n * (width + 2));
  memset(dx, 0, n * stride * sizeof *dx);
  k->attention_gradient(
      dx, dx + width, dx + 2 * width, dy, kept, scratch, x, x + width,
      x + 2 * width, &shape);
  hash_floats(dx, n * stride);
}

static void add(const mgpt_kernels *k, size_t n) {
  float *sums = fill(0, n, 1), *terms = fill(1, n, 1);
  k->add(sums, terms, n);
  hash_floats(sums, n);
  // A linear layer without inputs that rectifies its residual in place.
  k->linear_forward(sums, terms, terms, sums, 1, 1, 0, n);
  hash_floats(sums, n);
}

static void exponential(const mgpt_kernels *k, size_t n) {
  // Numbers of all exponents and both signs, infinities and NaNs.
  float *x = d.buffers[0];
  for (size_t round = 0; round < 20; round += 1) {
    for (size_t i = 0; i < n; i += 1) {
      number();
      const uint32_t bits = (uint32_t)(d.state >> 32);
      memcpy(&x[i], &bits, sizeof bits);
      if (i & 1) x[i] = 100 * number();
    }
    k->exp(x, x, n);
    hash_floats(x, n);
  }
}

static void logarithm(const mgpt_kernels *k, size_t n) {
  for (size_t i = 0; i < n; i += 1) {
    number();
    uint64_t bits = d.state & 0x7fffffffffffffff;
    double value, result;
    memcpy(&value, &bits, sizeof value);
    result = k->log(value);
    if (result == result) hash_double(result);
    result = k->log(1 + number() / 2);
    hash_double(result);
  }
}

static void adam(const mgpt_kernels *k, size_t n) {
  mgpt_adam_step step = {
      .rate = 0.02f, .beta1 = 0.85f, .complement1 = 0.15f, .beta2 = 0.99f,
      .root_complement2 = 0.1f, .epsilon = 1e-8f, .keep = 1,
      .gradient_scale = 1};
  float *w = fill(0, n, 1), *m = fill(1, n, 1), *v = fill(2, n, 1);
  float *g = fill(3, n, 1);
  for (size_t i = 0; i < n; i += 1) v[i] *= v[i];
  if (n > 2) m[1] = v[1] = 1e-35f, g[1] = 0;
  for (int round = 0; round < 2; round += 1) {
    k->adam(w, m, v, g, &step, n);
    hash_floats(w, n);
    hash_floats(m, n);
    hash_floats(v, n);
    step.keep = 0.999f;
    step.gradient_scale = 0.3f;
  }
}

static void sum_of_squares(const mgpt_kernels *k, size_t n) {
  // From squares too small for an f32 to large ones.
  for (float scale = 0x1p-140f; scale < 0x1p120f; scale *= 0x1p20f)
    hash_double(k->sum_of_squares(fill(0, n, scale), n));
}

// The kernels, by the kind of their shapes.
static const struct {
  const char *name;
  void (*of_shape)(const mgpt_kernels *, size_t, size_t, size_t);
  void (*of_heads)(const mgpt_kernels *, size_t, size_t, size_t);
  void (*of_length)(const mgpt_kernels *, size_t);
} parts[] = {
    {"linear", linear, NULL, NULL},
    {"linear_forward", forward, NULL, NULL},
    {"linear_input_gradient", input_gradient, NULL, NULL},
    {"linear_weight_gradient", weight_gradient, NULL, NULL},
    {"lay_out", lay_out, NULL, NULL},
    {"embed", embed, NULL, NULL},
    {"rms_norm", rms_norm, NULL, NULL},
    {"cross_entropy", cross_entropy, NULL, NULL},
    {"attention", NULL, attention, NULL},
    {"attention_gradient", NULL, attention_gradient, NULL},
    {"add", NULL, NULL, add},
    {"exp", NULL, NULL, exponential},
    {"log", NULL, NULL, logarithm},
    {"adam", NULL, NULL, adam},
    {"sum_of_squares", NULL, NULL, sum_of_squares},
    {"drop", drop, NULL, NULL},
    {"draw", draw, NULL, NULL},
};

size_t kernel_digest_count(void) {
  return sizeof parts / sizeof parts[0];
}

const char *kernel_digest_name(size_t index) {
  return parts[index].name;
}

uint64_t kernel_digest(const mgpt_kernels *kernels, size_t index) {
  d.state = index;
  d.hash = 14695981039346656037u;
  for (size_t i = 0; i < SHAPES + MORE_SHAPES && parts[index].of_shape;
       i += 1) {
    size_t shape[3];
    get_shape(i, shape);
    parts[index].of_shape(kernels, shape[0], shape[1], shape[2]);
  }
  for (size_t i = 0; i < HEAD_SHAPES && parts[index].of_heads; i += 1)
    parts[index].of_heads(
        kernels, head_shapes[i][0], head_shapes[i][1], head_shapes[i][2]);
  for (size_t i = 0; i < LENGTHS && parts[index].of_length; i += 1)
    parts[index].of_length(kernels, lengths[i]);
  return d.hash;
}
