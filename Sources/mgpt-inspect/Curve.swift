import ArgumentParser
import MicroGPTAnalysis
import MicroGPTCommandLine
import MicroGPTFormat
import MicroGPTParallel
import MicroGPTText

struct Curve: Command {
  static let configuration = CommandConfiguration(
    commandName: "curve",
    abstract: "Draws how the loss of a training run went down.",
    discussion: """
      In the terminal, or as a picture with --output. The losses come from the \
      labels of a checkpoint or from the log that mgpt-train --log writes, \
      also while it still grows. A log is JSON, an object a line, such as \
      {"step":1,"loss":2.5} or {"step":100,"validation_loss":2.25}.

      Example: mgpt-inspect curve names.mgpt
      Example: mgpt-inspect curve names.jsonl --output curve.svg
      """)

  @Argument(
    help: "A checkpoint or a log; - is standard input.", transform: fileName)
  var file: String

  @Option(
    name: .shortAndLong,
    help: ArgumentHelp(
      "Write an SVG; - is standard output (default: draw with text).",
      valueName: "file.svg"), transform: fileName)
  var output: String?

  @Flag(name: .long, help: "Replace the output if it exists.")
  var force = false

  func execute() throws {
    guard let output else {
      return try StandardOutput.write(read().textPlot(title: title))
    }
    let target = try OutputTarget(output, replacing: force)
    let bytes = Array(try read().svg(title: title).utf8)
    try target.write { sink in try bytes.withUnsafeBytes { try sink($0) } }
    if case .file(let path, _) = target {
      StandardError.write("wrote \(shownPath(path))\n")
    }
  }

  // MARK: - Reading

  private var shownFile: String { file == "-" ? "standard input" : file }

  private var title: String {
    lastComponent(ofPath: file).flatMap { $0 == "-" ? nil : $0 } ?? shownFile
  }

  private func read() throws -> LossCurve {
    let input = try InputFile(file)
    // The first byte of a checkpoint, which begins no text.
    let start = try input.readToEnd(atMost: 1)
    return try start == [0x89]
      ? curveOfCheckpoint(start, input) : curveOfLog(start, input)
  }

  private func curveOfCheckpoint(
    _ start: [UInt8], _ input: InputFile
  ) throws -> LossCurve {
    let checkpoint: Checkpoint
    do {
      checkpoint =
        input.isRegular && file != "-"
        ? try Checkpoint(path: file)
        : try Checkpoint(bytes: start + input.readToEnd())
    } catch let error as CheckpointError {
      throw CommandFailure.reading(error, shownFile)
    }
    let curve = LossCurve(labels: checkpoint.manifest.metadata)
    guard !curve.isEmpty else {
      throw CommandFailure.data(
        "\(shownFile): no history of losses: expected the labels history_steps"
          + " and history_loss, or history_validation_steps and"
          + " history_validation_loss")
    }
    return curve
  }

  private func curveOfLog(
    _ start: [UInt8], _ input: InputFile
  ) throws -> LossCurve {
    var log = LossLogParser()
    let piece = UnsafeMutableRawBufferPointer.allocate(
      byteCount: 1 << 16, alignment: 1)
    defer { piece.deallocate() }
    let curve: LossCurve
    do {
      piece.copyBytes(from: start)
      var count = start.count
      var meter = MemoryMeter("the losses of \(shownFile)")
      while count > 0 {
        // A line of a log is about as long as what is made of it.
        try meter.add(4 * count)
        try log.append(UnsafeRawBufferPointer(rebasing: piece.prefix(count)))
        count = try input.read(into: piece)
      }
      curve = try log.finish()
    } catch let error as LossLogError {
      // Whoever errs in the file mostly does so in its first line.
      let what = error.line == 1 ? "neither a checkpoint nor a log: " : ""
      throw CommandFailure.data("\(shownFile): \(what)\(error)")
    }
    guard !curve.isEmpty else {
      throw CommandFailure.data(
        "\(shownFile): no losses: expected lines such as"
          + #" {"step":1,"loss":2.5}"#)
    }
    return curve
  }
}
