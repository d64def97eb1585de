import MicroGPTFormat
import MicroGPTParallel

/// The keys and values of a text's positions so far, for every layer.
///
/// It begins small and doubles, so a short text takes little memory however
/// large the model's context is.
struct AttentionCache: ~Copyable {
  private static let firstCapacity = 64

  private let layerCount: Int
  private let width: Int
  private let maximumCapacity: Int
  /// The number of positions that the memory holds.
  private var capacity: Int
  private var memory: FloatBuffer  // (n_layer, 2, capacity, n_embd)
  private var base: UnsafeMutablePointer<Float>

  /// Creates an empty cache.
  ///
  /// - Parameter configuration: The dimensions of the model.
  /// - Throws: ``OutOfMemory``.
  init(_ configuration: GPTConfiguration) throws(OutOfMemory) {
    let capacity = min(configuration.blockSize, Self.firstCapacity)
    memory = try FloatBuffer(
      count: 2 * configuration.layerCount * capacity
        * configuration.embeddingWidth, for: Self.purpose)
    layerCount = configuration.layerCount
    width = configuration.embeddingWidth
    maximumCapacity = configuration.blockSize
    self.capacity = capacity
    base = memory.base
  }

  private static var purpose: String { "the keys and values of a text" }

  /// Grows to hold at least a number of positions; those that are there stay.
  mutating func reserve(_ count: Int) throws(InferenceError) {
    while capacity < count {
      do { try grow() } catch { throw .outOfMemory(error) }
    }
  }

  /// Doubles the capacity, as far as the context goes.
  private mutating func grow() throws(OutOfMemory) {
    precondition(capacity < maximumCapacity, "the context is full")
    let larger = min(maximumCapacity, 2 * capacity)
    let new = try FloatBuffer(
      count: 2 * layerCount * larger * width, for: Self.purpose)
    for part in 0..<2 * layerCount {
      (new.base + part * larger * width).update(
        from: base + part * capacity * width, count: capacity * width)
    }
    (memory, base, capacity) = (new, new.base, larger)
  }

  /// The keys of one layer: (positions, n_embd).
  func keys(ofLayer layer: Int) -> UnsafeMutablePointer<Float> {
    part(2 * layer)
  }

  /// The values of one layer: (positions, n_embd).
  func values(ofLayer layer: Int) -> UnsafeMutablePointer<Float> {
    part(2 * layer + 1)
  }

  private func part(_ index: Int) -> UnsafeMutablePointer<Float> {
    base + index * capacity * width
  }

  /// Copies the keys and values of a position out: (n_layer, 2, n_embd).
  func copyState(
    at position: Int, to state: UnsafeMutablePointer<Float>
  ) {
    for index in 0..<2 * layerCount {
      (state + index * width).update(
        from: part(index) + position * width, count: width)
    }
  }

  /// Sets the keys and values of a position: (n_layer, 2, n_embd).
  mutating func setState(
    at position: Int, from state: UnsafePointer<Float>
  ) throws(InferenceError) {
    try reserve(position + 1)
    for index in 0..<2 * layerCount {
      (part(index) + position * width).update(
        from: state + index * width, count: width)
    }
  }

  /// Takes over the first positions of another text.
  mutating func copy(
    _ other: borrowing AttentionCache, count: Int
  ) throws(InferenceError) {
    try reserve(count)
    for index in 0..<2 * layerCount {
      part(index).update(from: other.part(index), count: count * width)
    }
  }
}
