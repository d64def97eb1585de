// The three products of a linear layer.

INLINE void multiply(product x) {
  // Whether B is more than the nearest cache holds beside the rest, and met by
  // more than one tile.
  if (x.inner * x.columns > 4096 && x.rows > TILE_ROWS)
    multiply_by_panels(&x);
  else
    multiply_in_place(&x);
}

static void linear_forward(
    float *outputs, const float *inputs, const float *transposed_weights,
    const float *residual, int rectifies, size_t count, size_t in,
    size_t out) {
  multiply((product){
      .c = outputs, .start = residual, .a = inputs, .b = transposed_weights,
      .c_row = out, .a_row = in, .a_column = 1, .b_row = out, .rows = count,
      .columns = out, .inner = in, .rectifies = rectifies});
}

static void linear_input_gradient(
    float *input_gradients, const float *output_gradients,
    const float *weights, const float *rectified, size_t count, size_t in,
    size_t out) {
  multiply((product){
      .c = input_gradients, .a = output_gradients, .b = weights, .c_row = in,
      .a_row = out, .a_column = 1, .b_row = in, .rows = count, .columns = in,
      .inner = out, .gate = rectified});
}

static void linear_weight_gradient(
    float *weight_gradients, const float *output_gradients,
    const float *inputs, int adds, size_t count, size_t in, size_t out,
    size_t stride) {
  multiply((product){
      .c = weight_gradients, .start = adds ? weight_gradients : NULL,
      .a = output_gradients, .b = inputs, .c_row = in, .a_row = 1,
      .a_column = stride, .b_row = in, .rows = out, .columns = in,
      .inner = count});
}
