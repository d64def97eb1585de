import CMicroGPTKernels
import MicroGPTFormat
import MicroGPTParallel

/// The weights as floats: in the file where they are raw f32, decoded and
/// converted where they are not, and the matrices of a small model in panels.
struct Weights: @unchecked Sendable {
  // Nothing writes through these pointers once they are here, and `owners`
  // keeps alive what they point to: that is what “unchecked” vouches for.
  let tokenEmbedding: UnsafePointer<Float>  // (vocab_size, n_embd)
  let positionEmbedding: UnsafePointer<Float>  // (block_size, n_embd)
  let head: Projection  // (vocab_size, n_embd)
  let layers: [Layer]  // (n_layer)
  /// Whether the matrices stay in a core's own cache, and so are in panels.
  let fitInCache: Bool

  struct Layer {
    let query: Projection  // (n_embd, n_embd)
    let key: Projection  // (n_embd, n_embd)
    let value: Projection  // (n_embd, n_embd)
    let output: Projection  // (n_embd, n_embd)
    let expand: Projection  // (4 n_embd, n_embd)
    let contract: Projection  // (n_embd, 4 n_embd)
  }

  /// The maximum number of weights that count as fitting in a core's own cache:
  /// a megabyte of floats, about what the second level of today's cores holds.
  ///
  /// Last bits of logits depend on it, so it is the same on every machine.
  private static let maximumCachedCount = 1 << 18

  private let checkpoint: Checkpoint
  private let owners: [FloatBuffer]

  init(
    _ checkpoint: Checkpoint, verifying: Bool
  ) throws(CheckpointError) {
    let configuration = checkpoint.manifest.configuration
    let fitInCache = configuration.parameterCount <= Self.maximumCachedCount
    let weights = configuration.weightShapes
    // The file has the same, by name, before its other tensors: the reader has
    // seen to that.
    let places = weights.placesByName
    do {
      try OutOfMemory.check(
        Self.byteCount(of: checkpoint, fitInCache: fitInCache),
        for: "the weights")
    } catch {
      throw .outOfMemory(error)
    }
    func buffer(_ count: Int) throws(CheckpointError) -> FloatBuffer {
      do {
        return try FloatBuffer(uninitialized: count, for: "the weights")
      } catch {
        throw .outOfMemory(error)
      }
    }
    var owners: [FloatBuffer] = []
    var inPlace: [Int] = []
    var starts = [UnsafePointer<Float>?](repeating: nil, count: weights.count)
    for (index, place) in places.enumerated() {
      if checkpoint.tensors[index].descriptor.elementType == .f32,
        let start = checkpoint.unsafeBytes(ofTensorAt: index)?.baseAddress
      {
        // The format aligns raw tensors to 64 bytes, and this is the host's
        // own byte order: `Checkpoint` is little-endian hosts only.
        starts[place] = start.assumingMemoryBound(to: Float.self)
        inPlace.append(index)
      } else {
        let memory = try buffer(weights[place].elementCount)
        try checkpoint.readFiniteFloats(
          ofTensorAt: index, into: memory.base, verifying: verifying)
        owners.append(memory)
        starts[place] = UnsafePointer(memory.base)
      }
    }
    if verifying,
      let weights = try checkpoint.verifyFindingNonFinite(tensorsAt: inPlace)
        .first
    {
      throw .notFinite(weights.first)
    }

    let pointers = starts.compactMap { $0 }
    func matrix(_ index: Int) throws(CheckpointError) -> Projection {
      let (rows, columns) = (weights[index].rows, weights[index].columns)
      guard fitInCache else {
        return Projection(
          elements: pointers[index], outputCount: rows, inputCount: columns,
          isInPanels: false)
      }
      let panels = try buffer(mgpt_padded(rows) * columns)
      panels.base.initialize(repeating: 0, count: panels.count)
      mgpt_kernels_in_use().pointee.lay_out(
        panels.base, nil, pointers[index], 0, rows, columns, rows)
      owners.append(panels)
      return Projection(
        elements: UnsafePointer(panels.base), outputCount: rows,
        inputCount: columns, isInPanels: true)
    }
    tokenEmbedding = pointers[0]
    positionEmbedding = pointers[1]
    head = try matrix(2)
    var layers: [Layer] = []
    for first in stride(from: 3, to: weights.count, by: 6) {
      layers.append(
        Layer(
          query: try matrix(first), key: try matrix(first + 1),
          value: try matrix(first + 2), output: try matrix(first + 3),
          expand: try matrix(first + 4), contract: try matrix(first + 5)))
    }
    self.layers = layers
    self.fitInCache = fitInCache
    self.checkpoint = checkpoint
    self.owners = owners
  }

  /// The memory for the weights that are not used where they lie, and for
  /// panels.
  private static func byteCount(
    of checkpoint: Checkpoint, fitInCache: Bool
  ) -> Int {
    let configuration = checkpoint.manifest.configuration
    let decoded = checkpoint.tensors.prefix(configuration.weightShapes.count)
      .reduce(0) { count, tensor in
        let isUsed =
          tensor.descriptor.elementType == .f32
          && tensor.descriptor.codec == .raw
        return count + (isUsed ? 0 : tensor.descriptor.elementCount)
      }
    let panels = fitInCache ? 2 * configuration.parameterCount : 0
    return (decoded + panels) * MemoryLayout<Float>.stride
  }
}
