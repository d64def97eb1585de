import MicroGPTCommandLine
import MicroGPTParallel
import MicroGPTSampler

/// A run: prompts in, texts out.
///
/// Each text that is drawn takes the next index.
struct Run {
  /// How a text is printed.
  enum Form {
    case line
    /// A line, character by character.
    case stream
    case json
  }

  private let model: LanguageModel
  private let options: GenerationOptions
  /// The number of texts of each prompt.
  private let count: Int
  private let form: Form
  /// What is told before the first text.
  private var announcement: String?
  private var selection: Selection?
  private var output = OutputBuffer()
  private var printedCount = 0
  private var nextIndex: UInt64 = 0

  /// Prepares a run.
  ///
  /// - Parameters:
  ///   - model: The model.
  ///   - options: How to generate.
  ///   - count: The number of texts of each prompt.
  ///   - form: How a text is printed.
  ///   - selection: Which texts are printed; `nil` for all.
  ///   - announcement: What is told before the first text.
  init(
    _ model: LanguageModel, _ options: GenerationOptions, count: Int,
    form: Form, selection: Selection?, announcement: String?
  ) {
    self.model = model
    self.options = options
    self.count = count
    self.form = form
    self.selection = selection
    self.announcement = announcement
  }

  /// Prints the texts of one prompt.
  ///
  /// - Throws: `CommandFailure` if the prompt cannot be continued, or texts
  ///   cannot be written.
  mutating func answer(_ prompt: String) throws {
    let known: String
    do { known = try check(prompt) } catch {
      throw CommandFailure.usage("--prompt: \(error)")
    }
    if drawsOneByOne {
      try writeOneByOne(prompt, known: known)
    } else {
      let samples = try model.samples(
        prompt: prompt, options: options, count: count)
      for sample in samples { try write(sample) }
      if let failure = samples.failure { throw failure }
    }
    try finish()
  }

  /// Prints the texts of prompts, a line each: those that are there together,
  /// before others are waited for.
  ///
  /// - Throws: `CommandFailure` if a line cannot be read or continued, after
  ///   the texts of those before it, or texts cannot be written.
  mutating func answer(linesOf reader: LineReader) throws {
    var waiting: [String] = []  // a prompt for each text
    var meter = MemoryMeter("the prompts")
    while true {
      let line: (prompt: String, known: String)?
      do { line = try nextPrompt(of: reader) } catch {
        try write(&waiting)
        try finish()
        throw error
      }
      guard let line else { break }
      if drawsOneByOne {
        try writeOneByOne(line.prompt, known: line.known)
      } else {
        if waiting.isEmpty { meter = MemoryMeter("the prompts") }
        try meter.add(line.prompt.utf8.count + 32)
        for _ in 0..<count {
          waiting.append(line.prompt)
          if waiting.count >= model.preferredBatchSize { try write(&waiting) }
        }
      }
      if !reader.hasLine {
        try write(&waiting)
        try output.flush()
      }
    }
    try write(&waiting)
    try finish()
  }
}

// MARK: - Prompts

extension Run {
  private func nextPrompt(
    of reader: LineReader
  ) throws(CommandFailure) -> (prompt: String, known: String)? {
    guard let prompt = try reader.next() else { return nil }
    do { return (prompt, try check(prompt)) } catch {
      throw reader.failure("cannot be continued: \(error)")
    }
  }

  /// Checks that a prompt can be continued.
  ///
  /// - Returns: The prompt in the model's own characters.
  private func check(_ prompt: String) throws(GenerationError) -> String {
    let tokens = try model.encode(prompt)
    let limit = model.maximumPromptLength
    guard options.contextOverflow == .slide || tokens.count <= limit else {
      throw .promptTooLong(characterCount: tokens.count, limit: limit)
    }
    return model.decode(tokens)
  }
}

// MARK: - Texts

extension Run {
  /// Whether the next text of a prompt depends on the one before, or has to
  /// wait for its end.
  private var drawsOneByOne: Bool { selection != nil || form == .stream }

  private mutating func writeOneByOne(
    _ prompt: String, known: String
  ) throws {
    if form == .stream {
      for _ in 0..<count { try stream(prompt) }
    } else {
      try select(prompt, known: known)
    }
  }

  /// Prints texts that are new, of as many as it takes.
  private mutating func select(_ prompt: String, known: String) throws {
    var missing = count
    var misses = 0
    while missing > 0 {
      let size = min(model.preferredBatchSize, max(missing, misses))
      let samples = try model.generate(
        prompts: [String](repeating: prompt, count: size), options: options,
        firstIndex: nextIndex)
      for sample in samples where missing > 0 {
        nextIndex += 1
        if try selection?.takes(known + sample.continuation) ?? true {
          try write(sample)
          missing -= 1
          misses = 0
        } else {
          misses += 1
          if misses == Selection.attemptLimit { try giveUp() }
        }
      }
    }
  }

  private mutating func giveUp() throws -> Never {
    try finish()
    throw CommandFailure.unavailable(
      "gave up after \(counted(printedCount, "text")), as"
        + " \(Selection.attemptLimit.groupedDescription) samples in a row were not new"
    )
  }

  /// Prints one text for each of some prompts, which are then done with.
  private mutating func write(_ prompts: inout [String]) throws {
    let samples = try model.generate(
      prompts: prompts, options: options, firstIndex: nextIndex)
    prompts.removeAll(keepingCapacity: true)
    nextIndex += UInt64(samples.count)
    for sample in samples { try write(sample) }
  }

  private mutating func stream(_ prompt: String) throws {
    let characters = try model.characters(
      prompt: prompt, options: options, index: nextIndex)
    nextIndex += 1
    announce()
    output.append(prompt)
    try output.flush()
    while let character = characters.next() {
      output.append(String(character.scalar))
      try output.flush()
    }
    if let failure = characters.failure { throw failure }
    try output.endText()
    try output.flush()
  }

  private mutating func write(_ sample: Sample) throws {
    announce()
    if form == .json {
      output.appendJSON(sample)
    } else {
      output.append(sample.prompt)
      output.append(sample.continuation)
    }
    try output.endText()
    printedCount += 1
  }

  private mutating func announce() {
    guard let words = announcement else { return }
    StandardError.write(words)
    announcement = nil
  }

  /// Writes what has gathered and reports.
  mutating func finish() throws {
    try output.flush()
    if let report = selection?.report { StandardError.write(report) }
  }
}
