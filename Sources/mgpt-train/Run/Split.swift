import MicroGPTCommandLine
import MicroGPTTraining

/// How much of the data is trained on and how much is held out: documents, or
/// characters of a text.
struct Split {
  private let unit: String
  private let count: Int
  private let heldOutUnitCount: Int
  private let isText: Bool

  /// The deviation from the share that is asked for, relative to it, up to which
  /// there is no warning.
  ///
  /// Whole documents cannot always meet a share.
  static let tolerance = 0.1

  init(_ corpus: Corpus, _ engine: any TrainingEngine) {
    switch corpus {
    case .lines(let lines):
      (unit, count, isText) = ("document", lines.documentCount, false)
    case .text(let text):
      (unit, count, isText) = ("character", text.characterCount, true)
    }
    heldOutUnitCount = engine.validationSet?.heldOutUnitCount ?? 0
  }

  /// What is held out, as the end of a sentence; empty if nothing is.
  var words: String {
    guard heldOutUnitCount > 0 else { return "" }
    return ", \(heldOutUnitCount.groupedDescription) of \(counted(count, unit))"
      + " (\(percentage)) held out"
  }

  /// What is trained on.
  var trainedWords: String { counted(count - heldOutUnitCount, unit) }

  /// The passes over what is trained on.
  ///
  /// - Parameters:
  ///   - documents: The documents of all steps.
  ///   - blockSize: The characters of a document that is a window of a text.
  /// - Returns: The number of passes.
  func passes(documents: Double, blockSize: Int) -> String {
    let units = isText ? documents * Double(blockSize) : documents
    let passes = units / Double(max(count - heldOutUnitCount, 1))
    return switch passes {
    case 1e9...: "\(passes)"
    case 100...: Int(passes.rounded()).groupedDescription
    case 0.1...: passes.formatted(decimals: 1)
    default: passes.formatted(decimals: 4)
    }
  }

  /// What to say where the share cannot be met.
  func warning(share: Double) -> String? {
    guard heldOutUnitCount > 0,
      abs(actualShare - share) > Self.tolerance * share
    else { return nil }
    let reason =
      isText
      ? "characters of several lengths in bytes" : "whole documents"
    return "warning: --validation-share is \(share), but \(reason) make it"
      + " \(heldOutUnitCount.groupedDescription) of \(count.groupedDescription) (\(percentage))\n"
  }

  private var actualShare: Double { Double(heldOutUnitCount) / Double(count) }

  private var percentage: String {
    "\((actualShare * 100).formatted(decimals: actualShare < 0.001 ? 4 : 1)) %"
  }
}
