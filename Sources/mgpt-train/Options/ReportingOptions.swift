import ArgumentParser
import MicroGPTCommandLine

/// What is told and shown, and on how many threads it is done.
struct ReportingOptions: ParsableArguments {
  @Option(
    name: .long, parsing: .unconditional,
    help: """
      Texts to print when trained, 0 to 1000000 (default: 20; 1 with --document \
      text).
      """)
  var samples: Int?

  @Option(
    name: .long, parsing: .unconditional,
    help: "How freely these are chosen, 0 to 100.")
  var temperature = 0.5

  @Option(
    name: .long, parsing: .unconditional,
    help: """
      Show some texts every so many steps, too, 1 or more (default: never).
      """)
  var sampleEvery: Int?

  @Option(
    name: .long,
    help: """
      Write the loss of each step to this file, a JSON object a line; a resumed \
      run takes later steps from it and adds its own.
      """, transform: fileName)
  var log: String?

  @Flag(
    inversion: .prefixedNo, help: "Say nothing but warnings and errors.")
  var quiet = false

  @Option(
    name: .long, parsing: .unconditional,
    help: """
      Threads, 1 to 1024 (default: all processors); short steps use one.
      """)
  var threads: Int?

  /// Says something that --quiet leaves out.
  func say(_ text: String) {
    if !quiet { StandardError.write(text) }
  }

  func validate() throws {
    try samples?.require(in: 0...1_000_000, "--samples")
    try temperature.require(in: 0...100, "--temperature")
    try sampleEvery?.require(in: 1...Int.max, "--sample-every")
    try threads?.require(in: 1...1024, "--threads")
    if log == "-" {
      throw ValidationError("--log is “-”, expected a file's name")
    }
  }
}
