import CMicroGPTNames
import CMicroGPTSystem
import MicroGPTCommandLine
import MicroGPTFormat
import MicroGPTText
import MicroGPTTraining

/// Reads what to train on.
struct CorpusReader {
  let options: DataOptions
  let blockSize: Int
  /// The checkpoint of the run that goes on with the data, if any.
  let resumed: String?

  /// Reads the data.
  ///
  /// - Parameter vocabulary: The characters of a model to go on with; without,
  ///   those of the data.
  /// - Returns: The data.
  /// - Throws: `CommandFailure` if it cannot be read or is unfit.
  func read(_ vocabulary: Vocabulary?) throws -> Corpus {
    let name = options.data ?? "names"
    do {
      let file = try options.data.map { try InputFile($0) }
      switch options.document {
      case .lines:
        return .lines(
          try withBytes(of: file) { try lines($0, vocabulary) })
      case .text:
        let text = try text(of: file, vocabulary)
        guard text.characterCount >= blockSize else {
          throw TrainingError.textTooShort(
            characterCount: text.characterCount, blockSize: blockSize)
        }
        return .text(text)
      }
    } catch let error as CommandFailure {
      throw error
    } catch TextCorpusError.file(let error) {
      throw CommandFailure.reading(error, name)
    } catch LineCorpusError.outOfMemory(let error) {
      throw CommandFailure.memory("\(name): \(error)")
    } catch  where resumed != nil {
      throw CommandFailure.data("\(otherDataWords): \(error)")
    } catch {
      throw CommandFailure.data("\(name): \(error)")
    }
  }

  /// That the data are not those of the run.
  var otherDataWords: String {
    "\(options.data ?? "the given names"): the run of \(resumed ?? "") began"
      + " with other data, which --data is to name"
  }

  /// A file stays where it is; what comes through a pipe is held in memory.
  private func text(
    of file: InputFile?, _ vocabulary: Vocabulary?
  ) throws -> TextCorpus {
    if let path = options.data, let file, path != "-" && file.isRegular {
      do {
        return try TextCorpus(path: path, vocabulary: vocabulary)
      } catch {
        if case .file = error { throw error }
        let file = try FileBytes(path: path, mode: .mapped)
        throw fault(error, of: file.bytes, vocabulary)
      }
    }
    return try withBytes(of: file) { try corpus($0, vocabulary) }
  }

  private func lines(
    _ bytes: Span<UInt8>, _ vocabulary: Vocabulary?
  ) throws -> LineCorpus {
    do {
      return try LineCorpus(bytes: bytes, vocabulary: vocabulary)
    } catch {
      throw bytes.withUnsafeBytes { fault(error, of: $0, vocabulary) }
    }
  }

  private func corpus(
    _ bytes: Span<UInt8>, _ vocabulary: Vocabulary?
  ) throws -> TextCorpus {
    do {
      return try TextCorpus(bytes: bytes, vocabulary: vocabulary)
    } catch {
      throw bytes.withUnsafeBytes { fault(error, of: $0, vocabulary) }
    }
  }

  /// What more the text itself tells of an error.
  private func fault(
    _ error: some DataError, of bytes: UnsafeRawBufferPointer,
    _ vocabulary: Vocabulary?
  ) -> any Error {
    if let offset = error.offsetOfBadUTF8 {
      return TextDefect(at: offset, in: bytes)
    }
    guard error.isOfUnknownCharacters,
      let form = vocabulary?.otherForm(inText: bytes)
    else { return error }
    return OtherFormOfData(error: "\(error)", form: form)
  }

  /// Calls a closure with all of the data.
  private func withBytes<Result>(
    of file: InputFile?, _ body: (Span<UInt8>) throws -> Result
  ) throws -> Result {
    guard let file else {
      let names = UnsafeBufferPointer(
        start: mgpt_names(), count: mgpt_names_byte_count())
      return try body(names.span)
    }
    // A character takes up to 16 bytes while it is read.
    let maximum = mgpt_maximum_memory() / 16
    let limit = maximum > 0 ? Int(clamping: maximum) : Int.max - 1
    let bytes = try file.readToEnd(atMost: limit + 1)
    guard bytes.count <= limit else {
      throw CommandFailure.memory(
        "\(options.data ?? ""): the text has more than \((limit >> 20).groupedDescription) MiB,"
          + " which is what there is memory for")
    }
    return try body(bytes.span)
  }
}

/// Why a text is refused, of either kind of document.
private protocol DataError: Error {
  var offsetOfBadUTF8: Int? { get }
  var isOfUnknownCharacters: Bool { get }
}

extension LineCorpusError: DataError {
  fileprivate var offsetOfBadUTF8: Int? {
    if case .invalidUTF8(let offset) = self { offset } else { nil }
  }

  fileprivate var isOfUnknownCharacters: Bool {
    if case .unknownCharacters = self { true } else { false }
  }
}

extension TextCorpusError: DataError {
  fileprivate var offsetOfBadUTF8: Int? {
    if case .invalidUTF8(let offset) = self { offset } else { nil }
  }

  fileprivate var isOfUnknownCharacters: Bool {
    if case .unknownCharacters = self { true } else { false }
  }
}

/// Characters that a model lacks, but has in another normal form.
private struct OtherFormOfData: Error, CustomStringConvertible {
  let error: String
  let form: OtherForm

  var description: String { "\(error); \(form.advice(on: "one of them"))" }
}
