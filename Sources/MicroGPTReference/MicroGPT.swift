// Names as in microgpt.py.
// swift-format-ignore-file: AlwaysUseLowerCamelCase

import MicroGPTRandom

/// A model, its training and its sampling: all that microgpt.py does.
///
/// The whole is an oracle for faster engines. It computes in double precision,
/// one scalar at a time, in microgpt.py's order of operations, so its losses,
/// weights and samples are microgpt.py's to the last digit where the C library
/// is the same.
public final class MicroGPT {
  /// The configuration that the model was made with.
  public let config: Config
  /// The training documents, shuffled: tokens without BOS.
  public let docs: [[Int]]
  /// The steps of training done so far.
  public internal(set) var steps_done = 0
  /// Adam's mean gradient of each parameter, in the order of `weights`.
  public internal(set) var m: [Double]  // (params)
  /// Adam's mean squared gradient of each parameter, likewise.
  public internal(set) var v: [Double]  // (params)

  let tape = Tape()
  let state_dict: [String: Matrix]
  let params: [Value]  // all of state_dict, first on the tape
  var random: PythonRandom

  /// Creates a model with random weights and the documents to train it on.
  ///
  /// One generator shuffles the documents, then draws the weights. The
  /// configuration must have positive sizes and an `n_head` that divides
  /// `n_embd`; there must be a document; tokens must lie below `config.BOS`.
  ///
  /// - Parameters:
  ///   - config: The sizes of the model and the settings of its training.
  ///   - docs: The documents in the order of their file: tokens without BOS.
  public convenience init(_ config: Config, docs: [[Int]]) {
    precondition(!docs.isEmpty, "training needs a document")
    var random = PythonRandom(seed: config.seed)
    var docs = docs
    random.shuffle(&docs)
    let weights = config.shapes.map { shape in
      (0..<shape.rows * shape.cols).map { _ in
        random.gauss(mean: 0, standardDeviation: config.std)
      }
    }
    self.init(config, docs: docs, weights: weights, random: random)
  }

  /// Creates a model with given weights and no documents.
  ///
  /// It serves `loss_and_gradients(_:)` and `sample(temperature:)`; the
  /// configuration must be as for `init(_:docs:)`.
  ///
  /// - Parameters:
  ///   - config: The sizes of the model; its seed starts the sampling.
  ///   - weights: For each tensor, in order, its elements row by row.
  public convenience init(_ config: Config, weights: [[Double]]) {
    let random = PythonRandom(seed: config.seed)
    self.init(config, docs: [], weights: weights, random: random)
  }

  private init(
    _ config: Config,
    docs: [[Int]],
    weights: [[Double]],
    random: PythonRandom
  ) {
    precondition(config.isValid, "sizes must be positive, n_head | n_embd")
    let shapes = config.shapes
    precondition(
      weights.map(\.count) == shapes.map { $0.rows * $0.cols },
      "each tensor needs all of its elements"
    )
    var state_dict: [String: Matrix] = [:]
    var params: [Value] = []
    for (shape, elements) in zip(shapes, weights) {
      let values = elements.map { [tape] in tape.record($0) }
      state_dict[shape.name] = (0..<shape.rows).map { row in
        Array(values[row * shape.cols..<(row + 1) * shape.cols])
      }
      params += values
    }
    self.config = config
    self.docs = docs
    self.state_dict = state_dict
    self.params = params
    self.random = random
    m = [Double](repeating: 0, count: params.count)
    v = [Double](repeating: 0, count: params.count)
  }

  /// The weights now, tensor by tensor in the order of the state_dict.
  ///
  /// Complexity: O(n) in the parameters.
  public var weights: [Tensor] { tensors(of: \.data) }

  /// Groups one number of each parameter by tensor.
  func tensors(of number: KeyPath<Value, Double>) -> [Tensor] {
    config.shapes.map { shape in
      Tensor(
        name: shape.name,
        shape: [shape.rows, shape.cols],
        data: matrix(shape.name).joined().map { $0[keyPath: number] }
      )
    }
  }

  /// The matrix of a name that `Config.shapes` lists.
  func matrix(_ name: String) -> Matrix {
    guard let matrix = state_dict[name] else {
      preconditionFailure("the model has no \(name)")
    }
    return matrix
  }
}

/// Values of shape (rows, cols).
typealias Matrix = [[Value]]

/// A named matrix of plain numbers: weights or their gradients.
public struct Tensor: Sendable, Equatable {
  /// The name in the state_dict, as `layer0.attn_wq`.
  public let name: String
  /// Rows (outputs) and columns (inputs).
  public let shape: [Int]
  /// The elements row by row.
  public let data: [Double]  // (rows * cols)
}
