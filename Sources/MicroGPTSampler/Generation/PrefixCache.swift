import MicroGPTFormat
import MicroGPTParallel

/// What texts of one prompt share: the prompt's keys, values and logits, and a
/// tree of the prefixes that the model has read so far.
///
/// The prompt is read once. A text whose prefix is in the tree does not go
/// through the model until it diverges.
struct PrefixCache: ~Copyable {
  private var prompt: AttentionCache
  /// The logits after the prompt: (vocab_size).
  private let promptLogits: FloatBuffer
  /// The prefixes; `nil` if they are not kept.
  private let tree: PrefixTree?
  /// The node before the last token of each text; `nil` if it is not in the
  /// tree.
  private let nodes: UnsafeMutableBufferPointer<PrefixTree.Node?>  // (texts)

  /// Creates an empty cache.
  ///
  /// - Parameters:
  ///   - configuration: The dimensions of the model.
  ///   - textCount: The number of texts at a time.
  ///   - keepsPrefixes: Whether to keep more than the prompt, if a tree fits.
  /// - Throws: ``OutOfMemory``.
  init(
    _ configuration: GPTConfiguration, textCount: Int, keepsPrefixes: Bool
  ) throws(OutOfMemory) {
    let promptLogits = try FloatBuffer(
      count: configuration.vocabularySize, for: "the activations")
    prompt = try AttentionCache(configuration)
    self.promptLogits = promptLogits
    tree =
      keepsPrefixes && PrefixTree.fits(configuration)
      ? PrefixTree(configuration) : nil
    nodes = .allocate(capacity: textCount)
    nodes.initialize(repeating: nil)
  }

  deinit { nodes.deallocate() }

  /// Records the prompt of a text that has just been read.
  ///
  /// - Parameters:
  ///   - draft: The text.
  ///   - index: Its index in the model's batch.
  ///   - row: The row of its logits, to which no rule was applied.
  ///   - inference: The model.
  /// - Throws: ``InferenceError`` if memory is lacking.
  mutating func record(
    promptOf draft: borrowing Draft, at index: Int, row: Int,
    _ inference: borrowing Inference
  ) throws(InferenceError) {
    try prompt.copy(inference.caches[index], count: draft.lastPosition + 1)
    let logits = inference.logits(ofRow: row)
    for token in logits.indices { promptLogits.base[token] = logits[token] }
  }

  /// Records the prefix that a text consists of, if it left the tree with its
  /// last token.
  ///
  /// - Parameters:
  ///   - draft: The text, of which all is read.
  ///   - index: Its index in the model's batch.
  ///   - weights: The weights of what may follow: (vocab_size).
  ///   - inference: The model.
  func record(
    _ draft: borrowing Draft, at index: Int, weights: UnsafePointer<Float>,
    _ inference: borrowing Inference
  ) {
    guard let tree, let parent = nodes[index] else { return }
    let token = draft.lastToken
    // Another text may have come the same way in the same step.
    if let node = tree.child(parent, token) { return nodes[index] = node }
    nodes[index] = tree.add(parent, token, weights)
    guard let node = nodes[index] else { return }
    inference.caches[index].copyState(
      at: draft.lastPosition, to: tree.state(node))
  }

  /// Takes a text as far as the cache knows it, a new one to the end of its
  /// prompt at least.
  ///
  /// - Parameters:
  ///   - draft: The text, of which all but the last token is read. It becomes
  ///     ready if nothing but its prompt is known.
  ///   - index: Its index in the model's batch.
  ///   - inference: The model, none of whose rows is in use.
  /// - Throws: ``InferenceError`` if memory is lacking.
  @inline(never)  // Each caller would have a copy.
  func restore(
    into draft: inout Draft, at index: Int, _ inference: inout Inference
  ) throws(InferenceError) {
    guard draft.finishReason == nil else { return }
    if draft.generatedCount == 0 {
      try inference.caches[index].copy(prompt, count: draft.lastPosition + 1)
      nodes[index] = PrefixTree.root
    }
    try follow(&draft, at: index, inference.caches)
    if draft.generatedCount == 0, draft.finishReason == nil {
      inference.logits.update(
        from: promptLogits.base, count: promptLogits.count)
      draft.becomeReady(row: 0)
    }
  }

  /// Extends a text by what the tree gives, as long as it knows its prefix.
  private func follow(
    _ draft: inout Draft, at index: Int,
    _ caches: UnsafeMutableBufferPointer<AttentionCache>
  ) throws(InferenceError) {
    guard let tree, var node = nodes[index] else { return }
    while draft.finishReason == nil, !draft.hasSlid,
      let child = tree.child(node, draft.lastToken)
    {
      node = child
      try caches[index].setState(
        at: draft.lastPosition, from: tree.state(node))
      try draft.extend(tree.draw(node, draft.nextUnit()))
    }
    nodes[index] = draft.hasSlid ? nil : node
  }
}
