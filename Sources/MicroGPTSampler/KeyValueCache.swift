import CMicroGPTKernels
import MicroGPTFormat

/// The keys and values of a text's positions so far, for every layer.
///
/// It begins small and doubles, so a short text takes little memory however
/// large the model's context is.
struct KeyValueCache {
  private static let firstCapacity = 64

  private let layerCount: Int
  private let width: Int
  private let headCount: Int
  private let greatestCount: Int
  private var capacity: Int  // in positions
  private var keys: FloatBuffer  // (n_layer, capacity, n_embd)
  private var values: FloatBuffer  // (n_layer, capacity, n_embd)
  private var scoreBuffer: FloatBuffer  // what attention needs for one row

  /// Creates an empty cache.
  ///
  /// - Parameters:
  ///   - configuration: The dimensions of the model.
  ///   - greatestCount: The most positions that it will hold.
  init(_ configuration: GPTConfiguration, greatestCount: Int) {
    layerCount = configuration.layerCount
    width = configuration.embeddingWidth
    headCount = configuration.headCount
    self.greatestCount = greatestCount
    capacity = min(greatestCount, Self.firstCapacity)
    keys = FloatBuffer(count: layerCount * capacity * width)
    values = FloatBuffer(count: layerCount * capacity * width)
    scoreBuffer = Self.scoreBuffer(headCount, capacity)
  }

  /// Makes room for so many positions; what is there stays.
  mutating func reserve(_ count: Int) {
    precondition(count <= greatestCount, "the context is full")
    guard count > capacity else { return }
    let larger = min(greatestCount, 2 * capacity)
    keys = grown(keys, to: larger)
    values = grown(values, to: larger)
    scoreBuffer = Self.scoreBuffer(headCount, larger)
    capacity = larger
  }

  private static func scoreBuffer(
    _ headCount: Int, _ capacity: Int
  ) -> FloatBuffer {
    FloatBuffer(count: mgpt_attention_room(capacity - 1, 1, headCount))
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

  /// Room for the attention's probabilities.
  var scores: UnsafeMutablePointer<Float> { scoreBuffer.base }
}
