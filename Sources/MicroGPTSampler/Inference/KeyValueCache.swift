import MicroGPTFormat

/// The keys and values of a text's positions so far, for every layer.
///
/// It begins small and doubles, so a short text takes little memory however
/// large the model's context is.
struct KeyValueCache {
  private static let firstCapacity = 64

  private let layerCount: Int
  private let width: Int
  private let greatestCount: Int
  /// The positions that there is room for.
  private(set) var capacity: Int
  private var keys: FloatBuffer  // (n_layer, capacity, n_embd)
  private var values: FloatBuffer  // (n_layer, capacity, n_embd)

  /// Creates an empty cache.
  ///
  /// - Parameter configuration: The dimensions of the model.
  init(_ configuration: GPTConfiguration) {
    layerCount = configuration.layerCount
    width = configuration.embeddingWidth
    greatestCount = configuration.blockSize
    capacity = min(greatestCount, Self.firstCapacity)
    keys = FloatBuffer(count: layerCount * capacity * width)
    values = FloatBuffer(count: layerCount * capacity * width)
  }

  /// Makes room for twice as many positions, as far as the context goes; what
  /// is there stays.
  mutating func grow() {
    precondition(capacity < greatestCount, "the context is full")
    let larger = min(greatestCount, 2 * capacity)
    keys = grown(keys, to: larger)
    values = grown(values, to: larger)
    capacity = larger
  }

  /// Takes over the first positions of another text.
  mutating func copy(_ other: KeyValueCache, count: Int) {
    while capacity < count { grow() }
    for layer in 0..<layerCount {
      keys(ofLayer: layer).update(
        from: other.keys(ofLayer: layer), count: count * width)
      values(ofLayer: layer).update(
        from: other.values(ofLayer: layer), count: count * width)
    }
  }

  private func grown(_ old: FloatBuffer, to larger: Int) -> FloatBuffer {
    let new = FloatBuffer(count: layerCount * larger * width)
    for layer in 0..<layerCount {
      (new.base + layer * larger * width).update(
        from: old.base + layer * capacity * width, count: capacity * width)
    }
    return new
  }

  /// The keys of one layer: (positions, n_embd).
  func keys(ofLayer layer: Int) -> UnsafeMutablePointer<Float> {
    keys.base + layer * capacity * width
  }

  /// The values of one layer: (positions, n_embd).
  func values(ofLayer layer: Int) -> UnsafeMutablePointer<Float> {
    values.base + layer * capacity * width
  }
}
