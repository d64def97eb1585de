import MicroGPTFormat

/// What a training run needs, beside weights and Adam's moments, to go on as if
/// it had never been interrupted, and what it tells of itself.
///
/// Spec: sections 9.2, “Labels”, and 9.3, “Training state”.
public struct TrainingState: Sendable, Hashable {
  /// The lowest validation loss, and the step after which it was reached.
  public struct Best: Sendable, Hashable {
    /// The number of steps done by then.
    public let step: Int
    /// The validation loss in nats a token.
    public let loss: Double
  }

  /// How the run trains.
  public private(set) var options: TrainingOptions
  /// What a document is.
  public let document: DocumentKind
  /// The SHA-256 of the data as 64 hexadecimal digits; `nil` if a file does not
  /// say.
  public let dataDigest: String?
  /// The SHA-256 of the documents, a line each, where the data is more than
  /// these lines in any usual form.
  public let documentDigest: String?
  /// The fingerprint of the model that the run began with, if its first weights
  /// were not drawn.
  public let initialModel: String?
  /// The number of steps done.
  public internal(set) var completedSteps = 0
  /// The losses of the last 100 steps, or of all if they are fewer.
  public internal(set) var recentLosses: [Double] = []
  /// The losses of all steps; `nil` in a run that went on from a file without
  /// them, which records them no more.
  public internal(set) var history: LossHistory? = LossHistory()
  /// The steps after which there was a validation, at most 256: when there would
  /// be more, every second one goes.
  public internal(set) var validationSteps: [Int] = []
  /// The losses of these validations, in nats a token.
  public internal(set) var validationLosses: [Double] = []
  /// The best validation.
  public internal(set) var best: Best?
  /// Values that other programs have put into the training state.
  var foreignValues: [String: Properties.Value] = [:]

  /// Begins a run.
  ///
  /// - Parameters:
  ///   - options: How to train.
  ///   - document: What a document is.
  ///   - dataDigest: The SHA-256 of the data.
  ///   - documentDigest: The SHA-256 of the documents, where they cannot be told
  ///     by that of the data.
  ///   - initialModel: The fingerprint of the model to begin with, if any.
  public init(
    options: TrainingOptions, document: DocumentKind, dataDigest: String?,
    documentDigest: String? = nil, initialModel: String? = nil
  ) {
    self.options = options
    self.document = document
    self.dataDigest = dataDigest
    self.documentDigest = documentDigest
    self.initialModel = initialModel
  }

  /// Begins a run with some data.
  ///
  /// - Parameters:
  ///   - options: How to train.
  ///   - corpus: The data.
  ///   - initialModel: The fingerprint of the model to begin with, if any.
  public init(
    options: TrainingOptions, corpus: Corpus, initialModel: String? = nil
  ) {
    self.init(
      options: options, document: corpus.kind, dataDigest: corpus.sha256,
      documentDigest: corpus.documentDigest, initialModel: initialModel)
  }

  // MARK: - Where the run stands

  /// Whether all planned steps are done, or patience has run out.
  public var isFinished: Bool {
    completedSteps >= options.stepCount || isOutOfPatience
  }

  /// Whether the last validations were no better than one before them.
  public var isOutOfPatience: Bool {
    guard let patience = options.patience, let best else { return false }
    let interval = options.validationInterval
    return completedSteps / interval - best.step / interval >= patience
  }

  /// Whether a validation is due now, after the last step.
  public var isValidationDue: Bool {
    options.validationFraction > 0
      && (completedSteps == options.stepCount
        || completedSteps.isMultiple(of: options.validationInterval))
  }

  /// Whether the last validation was the best so far.
  public var isAtBest: Bool { best?.step == completedSteps }

  /// The mean loss of the last 100 steps, or of all if they are fewer; NaN
  /// before the first.
  public var meanLoss: Double {
    recentLosses.reduce(0, +) / Double(recentLosses.count)
  }

  // MARK: - Going on

  /// Takes in a step.
  ///
  /// - Parameter loss: Its loss in nats a token.
  public mutating func record(loss: Double) {
    completedSteps += 1
    if recentLosses.count == Self.recentLimit { recentLosses.removeFirst() }
    recentLosses.append(loss)
    history?.append(loss)
  }

  /// Takes in a validation after the last step.
  ///
  /// - Parameter loss: Its loss in nats a token.
  public mutating func record(validationLoss loss: Double) {
    guard validationSteps.last != completedSteps else { return }
    if validationSteps.count == LossHistory.maximumPointCount {
      for index in stride(from: validationSteps.count - 2, through: 0, by: -2) {
        validationSteps.remove(at: index)
        validationLosses.remove(at: index)
      }
    }
    validationSteps.append(completedSteps)
    validationLosses.append(loss)
    if best.map({ loss < $0.loss }) ?? true {
      best = Best(step: completedSteps, loss: loss)
    }
  }

  /// Plans more steps.
  ///
  /// The schedule spans them all, so the learning rate goes on as it would have
  /// in a longer run, which is higher than where it ended.
  ///
  /// - Parameter count: How many more, 1 or more.
  /// - Throws: ``TrainingOptionError`` if the steps are too many.
  public mutating func extend(by count: Int) throws(TrainingOptionError) {
    let sum = options.stepCount.addingReportingOverflow(count)
    try options.setStepCount(sum.overflow ? Int.max : sum.partialValue)
  }

  static let recentLimit = 100

  // MARK: - Data

  /// Refuses data that the run did not begin with.
  ///
  /// Of lines, only the documents matter. Windows of a text begin at bytes, so
  /// it has to be the same to the byte.
  ///
  /// - Parameter corpus: The data.
  /// - Throws: ``TrainingError``.
  public func check(_ corpus: Corpus) throws(TrainingError) {
    if let dataDigest, corpus.sha256 != dataDigest {
      switch corpus {
      case .lines(let lines):
        guard
          lines.holdsDocuments(ofText: dataDigest, documents: documentDigest)
        else {
          throw .dataMismatch(found: corpus.sha256, expected: dataDigest)
        }
      case .text(let text):
        throw text.isOtherForm(ofText: dataDigest)
          ? .otherLineEnds(found: corpus.sha256, expected: dataDigest)
          : .dataMismatch(found: corpus.sha256, expected: dataDigest)
      }
    }
    guard corpus.kind == document else {
      throw .state(
        .value(
          key: "document", found: document.rawValue,
          expected: corpus.kind.rawValue))
    }
  }
}
