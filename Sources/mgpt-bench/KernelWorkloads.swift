import CMicroGPTKernels
import MicroGPTParallel

extension Measurement {
  /// The matrix products of a linear layer at the larger model's shapes: keys,
  /// queries and values each and together, and both layers of the MLP.
  mutating func addKernels() throws {
    let limit = peak()
    let kernels = mgpt_kernels_in_use().pointee
    let rows = size.batchSize * size.blockSize
    let width = size.embeddingWidth
    func buffer(_ count: Int) throws -> FloatBuffer {
      let buffer = try FloatBuffer(
        uninitialized: count, for: "matrix products")
      for index in 0..<count { buffer.base[index] = Float(index % 7) - 3 }
      return buffer
    }
    for (outputs, inputs) in [
      (width, width), (3 * width, width), (4 * width, width),
      (width, 4 * width),
    ] {
      let x = try buffer(rows * inputs)  // (rows, inputs)
      let y = try buffer(rows * outputs)  // (rows, outputs)
      let weights = try buffer(outputs * inputs)  // either way
      let result = try buffer(
        max(rows * max(outputs, inputs), outputs * inputs))
      func add(_ product: String, _ body: @escaping () -> Void) {
        stopwatch.add(
          Work(
            group: "matrix products",
            name: "\(rows) × \(outputs) × \(inputs), \(product)",
            threadCount: 1,
            figure: .rate,
            load: .operations(2 * Double(rows * outputs * inputs)),
            limit: limit, body: body))
      }
      add("forward") {
        kernels.linear_forward(
          result.base, x.base, weights.base, nil, 0, rows, inputs, outputs)
      }
      add("input gradient") {
        kernels.linear_input_gradient(
          result.base, y.base, weights.base, nil, rows, inputs, outputs)
      }
      add("weight gradient") {
        kernels.linear_weight_gradient(
          result.base, y.base, x.base, 0, rows, inputs, outputs, outputs)
      }
    }
  }
}
