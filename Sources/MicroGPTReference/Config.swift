// Names as in microgpt.py.
// swift-format-ignore-file: AlwaysUseLowerCamelCase

/// The numbers that define a model and its training, by microgpt.py's names.
public struct Config: Sendable {
  /// Layers of attention and MLP.
  public var n_layer = 1
  /// Width of the embedding.
  public var n_embd = 16
  /// Attention heads, a divisor of `n_embd`.
  public var n_head = 4
  /// The most positions that attention sees.
  public var block_size = 16
  /// Tokens, BOS included.
  public var vocab_size: Int

  /// Learning rate of the first step; it falls linearly to 0.
  public var learning_rate = 0.01
  /// Adam's decay of the mean gradient.
  public var beta1 = 0.85
  /// Adam's decay of the mean squared gradient.
  public var beta2 = 0.99
  /// What keeps Adam from dividing by 0.
  public var eps_adam = 1e-8
  /// Standard deviation of the initial weights.
  public var std = 0.08
  /// Steps planned.
  public var num_steps = 1000
  /// Documents a step.
  public var batch_size = 1

  /// What the logits are divided by before a sample is drawn.
  public var temperature = 0.5
  /// Seed of the one generator behind order, weights and samples.
  public var seed: UInt64 = 42

  /// Creates microgpt.py's configuration for a vocabulary.
  ///
  /// - Parameter vocab_size: The number of tokens, BOS included.
  public init(vocab_size: Int) {
    self.vocab_size = vocab_size
  }

  /// The token that begins and ends a document: the vocabulary's last.
  public var BOS: Int { vocab_size - 1 }

  /// The width of one attention head.
  var head_dim: Int { n_embd / n_head }

  /// Name and shape of each matrix, in the order of microgpt.py's state_dict.
  var shapes: [(name: String, rows: Int, cols: Int)] {
    var shapes = [
      ("wte", vocab_size, n_embd),
      ("wpe", block_size, n_embd),
      ("lm_head", vocab_size, n_embd),
    ]
    for li in 0..<n_layer {
      shapes += [
        ("layer\(li).attn_wq", n_embd, n_embd),
        ("layer\(li).attn_wk", n_embd, n_embd),
        ("layer\(li).attn_wv", n_embd, n_embd),
        ("layer\(li).attn_wo", n_embd, n_embd),
        ("layer\(li).mlp_fc1", 4 * n_embd, n_embd),
        ("layer\(li).mlp_fc2", n_embd, 4 * n_embd),
      ]
    }
    return shapes
  }

  /// Whether a model can be made: positive sizes, heads that divide the width.
  var isValid: Bool {
    let sizes = [
      n_layer, n_embd, n_head, block_size, vocab_size, num_steps, batch_size,
    ]
    return sizes.allSatisfy { $0 > 0 } && n_embd % n_head == 0
  }
}
