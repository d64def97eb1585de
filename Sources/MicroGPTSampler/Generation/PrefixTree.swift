import MicroGPTFormat
import MicroGPTParallel

/// A tree of generated prefixes that share one prompt, with the keys, values and
/// cumulative weights of each.
final class PrefixTree {
  /// The number of a prefix.
  typealias Node = Int

  /// The prompt without its last token, of which nothing else is known.
  static let root: Node = 0

  private let vocabularySize: Int
  private let stateSize: Int
  private let nodeLimit: Int
  /// For each node and token the node after it, or 0: (nodes, vocab_size).
  private let children: UnsafeMutablePointer<Int32>
  /// For each node the running sums of the weights of what may follow, with
  /// infinities from the last on: (nodes, sumCount).
  private let sums: UnsafeMutablePointer<Sums>
  private let sumCount: Int
  /// The sums of all weights: (nodes).
  private let totals: UnsafeMutablePointer<Double>
  /// For each node the keys and values of its last position:
  /// (nodes, n_layer, 2, n_embd).
  private let states: UnsafeMutablePointer<Float>
  private var count = 1

  private typealias Sums = SIMD8<Double>

  /// The bytes that a tree takes at most, so that it stays in a core's cache.
  private static let byteLimit = 1 << 19
  /// The fewest nodes that are worth it.
  private static let minimumNodeLimit = 64

  /// Whether enough nodes of a model would fit, and there is memory for them.
  static func fits(_ configuration: GPTConfiguration) -> Bool {
    guard nodeLimit(configuration) >= minimumNodeLimit else { return false }
    do { try OutOfMemory.check(byteLimit, for: "texts") } catch { return false }
    return true
  }

  private static func nodeLimit(_ configuration: GPTConfiguration) -> Int {
    byteLimit
      / (4 * configuration.vocabularySize
        + MemoryLayout<Sums>.stride * sumCount(configuration)
        + MemoryLayout<Double>.stride + 4 * stateSize(configuration))
  }

  private static func sumCount(_ configuration: GPTConfiguration) -> Int {
    (configuration.vocabularySize + Sums.scalarCount - 1) / Sums.scalarCount
  }

  private static func stateSize(_ configuration: GPTConfiguration) -> Int {
    2 * configuration.layerCount * configuration.embeddingWidth
  }

  /// Creates an empty tree.
  init(_ configuration: GPTConfiguration) {
    vocabularySize = configuration.vocabularySize
    stateSize = Self.stateSize(configuration)
    nodeLimit = Self.nodeLimit(configuration)
    children = .allocate(capacity: nodeLimit * vocabularySize)
    sumCount = Self.sumCount(configuration)
    sums = .allocate(capacity: nodeLimit * sumCount)
    totals = .allocate(capacity: nodeLimit)
    states = .allocate(capacity: nodeLimit * stateSize)
    children.initialize(repeating: 0, count: vocabularySize)
  }

  deinit {
    children.deallocate()
    sums.deallocate()
    totals.deallocate()
    states.deallocate()
  }

  /// The node after one; `nil` if it is not known.
  func child(_ node: Node, _ token: Int) -> Node? {
    let child = children[node * vocabularySize + token]
    return child == 0 ? nil : Int(child)
  }

  /// The keys and values of a node's last position: (n_layer, 2, n_embd).
  func state(_ node: Node) -> UnsafeMutablePointer<Float> {
    states + node * stateSize
  }

  /// Draws what follows a node, as `mgpt_pick` does.
  ///
  /// - Parameters:
  ///   - node: The node.
  ///   - unit: A uniform random number in [0, 1).
  /// - Returns: The token.
  func draw(_ node: Node, _ unit: Double) -> Int {
    let sums = sums + node * sumCount
    let target = Sums(repeating: unit * totals[node])
    var token = SIMD8<Int64>.zero
    for index in 0..<sumCount {
      token.replace(with: token &+ 1, where: sums[index] .<= target)
    }
    return Int(token.wrappedSum())
  }

  /// Adds the node after one; its keys and values remain to be set.
  ///
  /// - Parameters:
  ///   - parent: The node before.
  ///   - token: The token that leads from there.
  ///   - weights: Those of what may follow: (vocab_size).
  /// - Returns: The node; `nil` if the tree is full, or nothing can be drawn
  ///   there.
  func add(
    _ parent: Node, _ token: Int, _ weights: UnsafePointer<Float>
  ) -> Node? {
    guard count < nodeLimit else { return nil }
    let sums = sums + count * sumCount
    sums.initialize(repeating: Sums(repeating: .infinity), count: sumCount)
    var sum = 0.0
    for token in 0..<vocabularySize {
      sum += Double(weights[token])
      sums[token / Sums.scalarCount][token % Sums.scalarCount] = sum
    }
    guard sum > 0, sum < .infinity else { return nil }
    (totals + count).initialize(to: sum)
    // What no other has falls to the last.
    let last = vocabularySize - 1
    sums[last / Sums.scalarCount][last % Sums.scalarCount] = .infinity
    (children + count * vocabularySize).initialize(
      repeating: 0, count: vocabularySize)
    children[parent * vocabularySize + token] = Int32(count)
    defer { count += 1 }
    return count
  }
}
