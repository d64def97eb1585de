import ArgumentParser

/// Options that go together well, by a name.
enum Preset: String, ExpressibleByArgument, CaseIterable {
  case micro
  case small
  case medium

  /// What differs from microgpt's options.
  var settings: [String: SettingValue] {
    switch self {
    case .micro: [:]
    case .small:
      [
        "n_layer": .integer(3), "n_embd": .integer(96),
        "batch_size": .integer(32), "steps": .integer(8000),
        "learning_rate": .number(0.003), "schedule": .text("cosine"),
        "warmup_steps": .integer(200), "minimum_rate": .number(0.0001),
        "beta1": .number(0.9), "weight_decay": .number(0.1),
        "gradient_clip": .number(1), "validation_share": .number(0.1),
        "validation_every": .integer(500),
      ]
    case .medium:
      [
        "n_layer": .integer(4), "n_embd": .integer(128),
        "block_size": .integer(64), "initial_deviation": .number(0.02),
        "batch_size": .integer(32), "steps": .integer(5000),
        "learning_rate": .number(0.002), "schedule": .text("cosine"),
        "warmup_steps": .integer(200), "minimum_rate": .number(0.0001),
        "beta1": .number(0.9), "weight_decay": .number(0.1),
        "gradient_clip": .number(1), "dropout": .number(0.1),
        "validation_share": .number(0.1), "validation_every": .integer(250),
      ]
    }
  }
}
