/// The names that the twin has for the parts of a checkpoint, in the order in
/// which they are written.
enum JSONNames {
  static let format = "microgpt-checkpoint"
  static let version = "1.0"
  static let document = [
    "format", "version", "config", "vocab", "metadata", "training", "sections",
    "tensors",
  ]
  /// Those without which there is no manifest.
  static let required = ["format", "version", "config", "vocab"]

  static let architecture = "microgpt"
  static let activation = "relu"
  static let tying = "untied"
  static let config = [
    "architecture", "activation", "tying", "n_layer", "n_head", "n_embd",
    "block_size", "vocab_size",
  ]

  static let section = ["tag", "data"]
  static let tensor = ["name", "role", "dtype", "shape", "codec", "data"]
}
