import ArgumentParser
import MicroGPTCommandLine
import MicroGPTText
import MicroGPTTraining

extension DocumentKind: ExpressibleByArgument {}

/// What to train on, and what to hold out.
struct DataOptions: ParsableArguments {
  @Option(
    name: .long,
    help: "The text to train on, - for standard input (default: given names).",
    transform: fileName)
  var data: String?

  @Option(
    name: .long,
    help: "lines, each a document; or text, one long text, window by window.")
  var document = DocumentKind.lines

  @Option(\.validationFraction) var validationShare: Double

  @Option(\.validationInterval) var validationEvery: Int

  @Option(\.patience) var patience: Int?

  func validate() throws {
    if patience != nil && validationShare == 0 {
      throw ValidationError(
        "--patience needs validations, expected a --validation-share above 0")
    }
  }

  /// The data's name without folder and ending.
  var name: String {
    guard let data else { return "names" }
    guard data != "-" else { return "input" }
    return stem(lastComponent(ofPath: data) ?? data)
  }
}
