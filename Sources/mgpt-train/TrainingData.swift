import ArgumentParser
import CMicroGPTNames
import CMicroGPTSystem
import MicroGPTCommandLine
import MicroGPTTraining

/// What a document is, by its name on the command line.
enum DocumentKind: String, ExpressibleByArgument, CaseIterable {
  case lines
  case text
}

extension Train {
  /// Reads what to train on.
  func readCorpus() throws -> Corpus {
    do {
      switch document {
      case .lines:
        return .lines(
          try withBytes { bytes in try DataSet(bytes: bytes) })
      case .text:
        let text = try readText()
        guard text.characterCount >= blockSize else {
          throw TrainingError.textTooShort(
            characterCount: text.characterCount, blockSize: blockSize)
        }
        return .text(text)
      }
    } catch let error as CommandFailure {
      throw error
    } catch TextCorpusError.file(let error) {
      throw CommandFailure.noInput("\(data ?? "names"): \(error)")
    } catch {
      throw CommandFailure.data("\(data ?? "names"): \(error)")
    }
  }

  /// A file stays where it is; what comes through a pipe is held in memory.
  private func readText() throws -> TextCorpus {
    if let data, data != "-", try InputFile(data).isRegular {
      return try TextCorpus(path: data)
    }
    return try withBytes { bytes in try TextCorpus(bytes: bytes) }
  }

  private func withBytes<Result>(
    _ body: (Span<UInt8>) throws -> Result
  ) throws -> Result {
    guard let data else {
      let names = UnsafeBufferPointer(
        start: mgpt_names(), count: mgpt_names_byte_count())
      return try body(names.span)
    }
    // A character takes up to 16 bytes while it is read.
    let greatest = mgpt_greatest_memory() / 16
    let limit = greatest > 0 ? Int(clamping: greatest) : Int.max - 1
    let bytes = try InputFile.read(data, atMost: limit + 1)
    guard bytes.count <= limit else {
      throw CommandFailure.data(
        "\(data): the text has more than \((limit >> 20).grouped) MiB, which"
          + " is what there is memory for")
    }
    return try body(bytes.span)
  }
}
