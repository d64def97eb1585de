import ArgumentParser
import MicroGPTCommandLine
import MicroGPTFormat
import MicroGPTInterchange

@main
struct ConvertCommand: Command {
  static let configuration = CommandConfiguration(
    commandName: "mgpt-convert",
    abstract: "Converts a checkpoint from one form into another.",
    discussion: """
      The forms are “binary”, a checkpoint file (ending .mgpt), and “json”, \
      the same as text (ending .json). Nothing is lost: a checkpoint turned \
      into JSON and back has the same bytes. With --from or --to a name may \
      have any ending; - stands for standard input or output.

      Example: mgpt-convert names.mgpt names.json
      Example: mgpt-convert names.mgpt - --to json | less
      """,
    version: programVersion("mgpt-convert"))

  @Argument(help: "The file to read.", transform: fileName)
  var input: String

  @Argument(help: "The file to write.", transform: fileName)
  var output: String

  @Option(name: .long, help: "The form of the input (default: by its ending).")
  var from: Form?

  @Option(name: .long, help: "The form of the output (default: by its ending).")
  var to: Form?

  @Option(
    name: .long,
    help: "How tensors are stored (default: as in the input).")
  var codec: CodecOption?

  @Option(
    name: .long,
    help: """
      The type of elements, of weights and moments alike (default: as in the \
      input). To a narrower one they are rounded, ties to even.
      """)
  var dtype: ElementTypeOption?

  @OptionGroup var labels: LabelOptions

  @Flag(
    name: .long,
    help: "Keep the model alone: no training state, labels or other sections.")
  var strip = false

  @Flag(name: .long, help: "Replace the output if it exists.")
  var force = false

  func validate() throws {
    _ = try form(of: input, option: "--from", given: from)
    _ = try form(of: output, option: "--to", given: to)
  }

  func execute() throws {
    let target = Target(
      output: try OutputTarget(output, replacing: force),
      form: try form(of: output, option: "--to", given: to))
    switch try form(of: input, option: "--from", given: from) {
    case .binary:
      try convert(Checkpoint(named: input, mode: .mapped), to: target)
    case .json:
      do {
        try convert(JSONText(path: input).reader(), to: target)
      } catch let error as JSONCheckpointError {
        throw CommandFailure.data("\(shownInput): \(error)")
      }
    }
  }

  private var shownInput: String { input == "-" ? "standard input" : input }

  private func form(
    of path: String, option: String, given: Form?
  ) throws -> Form {
    if let given { return given }
    guard let form = Form(endingOf: path) else {
      throw ValidationError(
        "\(path == "-" ? "-" : "the ending of \(path)") does not tell the form:"
          + " say \(option) binary or \(option) json")
    }
    return form
  }
}

/// The forms of a checkpoint.
enum Form: String, ExpressibleByArgument, CaseIterable {
  case binary
  case json

  init?(endingOf path: String) {
    if path.hasSuffix(".mgpt") {
      self = .binary
    } else if path.hasSuffix(".json") {
      self = .json
    } else {
      return nil
    }
  }
}

// MARK: - The four ways

extension ConvertCommand {
  private func convert(_ checkpoint: Checkpoint, to target: Target) throws {
    switch target.form {
    case .binary:
      let manifest = try manifest(checkpoint.manifest)
      try target.writeBinary(manifest) { append in
        for index in manifest.tensors.indices {
          do {
            var reader = try TensorReader(checkpoint, tensorAt: index)
            while let chunk = try reader.next() {
              try pass(
                chunk, of: reader.tensor, to: manifest.tensors[index], append)
            }
          } catch let error as CheckpointError {
            throw CommandFailure.reading(error, shownInput)
          }
        }
      }
    case .json:
      try target.output.write { sink in
        do {
          try checkpoint.writeJSON(manifest(checkpoint.manifest), to: sink)
        } catch let error as CheckpointError {
          throw CommandFailure.reading(error, shownInput)
        }
      }
    }
  }

  private func convert(
    _ reader: JSONCheckpointReader, to target: Target
  ) throws {
    let manifest = try manifest(reader.manifest)
    func write(_ append: (UnsafeRawBufferPointer) throws -> Void) throws {
      // Weights come first, so what is left out is the rest.
      try reader.readElements { index, bytes in
        guard manifest.tensors.indices.contains(index) else { return }
        try pass(
          bytes, of: reader.manifest.tensors[index],
          to: manifest.tensors[index], append)
      }
    }
    switch target.form {
    case .binary:
      try target.writeBinary(manifest, write)
    case .json:
      // By way of the binary form, which has all that JSON has.
      let file = MemoryFile()
      let writer = try CheckpointWriter(manifest, to: file)
      try write { try writer.append($0) }
      try writer.finish()
      try convert(Checkpoint(bytes: file.bytes), to: target)
    }
  }

  /// Hands elements on, in the type that the output has them in.
  private func pass(
    _ elements: UnsafeRawBufferPointer, of given: TensorDescriptor,
    to wanted: TensorDescriptor,
    _ append: (UnsafeRawBufferPointer) throws -> Void
  ) throws {
    guard given.elementType != wanted.elementType else {
      return try append(elements)
    }
    try given.elementType.converting(elements, to: wanted.elementType)
      .withUnsafeBytes(append)
  }

  /// What the output is to hold, as the options ask.
  private func manifest(_ original: Manifest) throws -> Manifest {
    var changed = strip ? original.stripped : original
    if let codec { changed = changed.with(codec: codec.codec) }
    if let dtype { changed = changed.with(elementType: dtype.elementType) }
    changed.metadata = try labels.applied(to: changed.metadata)
    return changed
  }
}
