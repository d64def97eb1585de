import MicroGPTFormat

/// The weight matrices as floats: in the file where they are raw f32, decoded
/// and converted where they are not.
struct Weights: @unchecked Sendable {
  // Nothing writes through these pointers, and `owners` keeps alive what they
  // point to: that is what “unchecked” vouches for.
  let tokenEmbedding: UnsafePointer<Float>  // (vocab_size, n_embd)
  let positionEmbedding: UnsafePointer<Float>  // (block_size, n_embd)
  let head: UnsafePointer<Float>  // (vocab_size, n_embd)
  let layers: [Layer]  // (n_layer)

  struct Layer {
    let query: UnsafePointer<Float>  // (n_embd, n_embd)
    let key: UnsafePointer<Float>  // (n_embd, n_embd)
    let value: UnsafePointer<Float>  // (n_embd, n_embd)
    let output: UnsafePointer<Float>  // (n_embd, n_embd)
    let expand: UnsafePointer<Float>  // (4 n_embd, n_embd)
    let contract: UnsafePointer<Float>  // (n_embd, 4 n_embd)
  }

  private let checkpoint: Checkpoint
  private let owners: [FloatBuffer]

  init(
    _ checkpoint: Checkpoint, verifying: Bool
  ) throws(CheckpointError) {
    var owners: [FloatBuffer] = []
    var byName: [String: UnsafePointer<Float>] = [:]
    var inPlace: [Int] = []
    for (index, tensor) in checkpoint.tensors.enumerated()
    where tensor.descriptor.role == .weight {
      let name = tensor.descriptor.name
      if tensor.descriptor.elementType == .f32,
        let start = checkpoint.bytesInPlace(ofTensorAt: index)?.baseAddress
      {
        // The format aligns raw tensors to 64 bytes, and this is the host's
        // own byte order: `Checkpoint` is little-endian hosts only.
        byName[name] = start.assumingMemoryBound(to: Float.self)
        inPlace.append(index)
      } else {
        let memory = FloatBuffer(
          copying: try checkpoint.floats(
            ofTensorAt: index, verifying: verifying))
        owners.append(memory)
        byName[name] = UnsafePointer(memory.base)
      }
    }
    if verifying { try checkpoint.verify(tensorsAt: inPlace) }
    func matrix(_ name: String) throws(CheckpointError) -> UnsafePointer<Float>
    {
      // The reader has checked that every matrix of the model is there.
      guard let start = byName[name] else {
        preconditionFailure("an open checkpoint lacks \(name)")
      }
      return start
    }
    tokenEmbedding = try matrix("wte")
    positionEmbedding = try matrix("wpe")
    head = try matrix("lm_head")
    var layers: [Layer] = []
    for layer in 0..<checkpoint.manifest.configuration.layerCount {
      layers.append(
        Layer(
          query: try matrix("layer\(layer).attn_wq"),
          key: try matrix("layer\(layer).attn_wk"),
          value: try matrix("layer\(layer).attn_wv"),
          output: try matrix("layer\(layer).attn_wo"),
          expand: try matrix("layer\(layer).mlp_fc1"),
          contract: try matrix("layer\(layer).mlp_fc2")))
    }
    self.layers = layers
    self.checkpoint = checkpoint
    self.owners = owners
  }
}
