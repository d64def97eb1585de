import ArgumentParser
import MicroGPTCommandLine
import MicroGPTSampler

/// Which texts are wanted, and how they are printed.
struct TextArguments: ParsableArguments {
  @Option(
    name: .customLong("prompt"), parsing: .unconditional,
    help: "The beginning of each text, at most block_size - 1 characters.")
  var prompt: String?

  @Option(
    name: .customLong("prompts"), parsing: .unconditional,
    help: ArgumentHelp(
      """
      Beginnings, one a line of this file, - for standard input; what is there \
      goes through the model together.
      """, valueName: "file"), transform: fileName)
  var prompts: String?

  @Option(
    name: [.customShort("n"), .customLong("count")], parsing: .unconditional,
    help: "How many texts, of each prompt, 0 to 1000000000.")
  var count = 1

  @Flag(name: .customLong("unique"), help: "Never print a text twice.")
  var unique = false

  @Option(
    name: .customLong("novel"), parsing: .unconditional,
    help: ArgumentHelp(
      """
      Never print a line of this file, - for standard input, and tell how many \
      samples would have been one.
      """, valueName: "file"), transform: fileName)
  var novel: String?

  @Flag(name: .customLong("stream"), help: "Print characters as they come.")
  var stream = false

  @Flag(
    name: .customLong("json"),
    help: "Print a JSON object a line, with logarithms of chances.")
  var json = false

  @Option(
    name: .customLong("threads"), parsing: .unconditional,
    help: "Threads, 1 to 1024; the texts are the same.")
  var threads = 1

  func validate() throws {
    try count.require(in: 0...1_000_000_000, "--count")
    try threads.require(in: 1...1024, "--threads")
    if prompt != nil && prompts != nil {
      throw ValidationError(
        "--prompt and --prompts both begin texts, expected one of them")
    }
    if prompts == "-" && novel == "-" {
      throw ValidationError(
        "--prompts and --novel both read standard input, expected one of them")
    }
    if stream && json {
      throw ValidationError(
        "--stream prints characters and --json whole texts, expected one of"
          + " them")
    }
    if stream && (unique || novel != nil) {
      throw ValidationError(
        "--stream prints a text before --unique and --novel know it, expected"
          + " one of them")
    }
  }

  /// How a text is printed.
  var form: Run.Form { stream ? .stream : json ? .json : .line }

  /// Which texts are printed; `nil` for all.
  ///
  /// - Throws: `CommandFailure` if the file of lines cannot be read.
  func selection(
    _ model: LanguageModel
  ) throws(CommandFailure) -> Selection? {
    guard unique || novel != nil else { return nil }
    var lines: KnownLines?
    if let novel { lines = try KnownLines(novel, model) }
    return Selection(lines: lines, isUnique: unique)
  }
}
