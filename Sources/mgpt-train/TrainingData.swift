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
    let name = data ?? "names"
    do {
      let file = try data.map { try InputFile($0) }
      switch document {
      case .lines: return .lines(try withBytes(of: file, DataSet.init))
      case .text:
        let text = try text(of: file)
        guard text.characterCount >= blockSize else {
          throw TrainingError.textTooShort(
            characterCount: text.characterCount, blockSize: blockSize)
        }
        return .text(text)
      }
    } catch let error as CommandFailure {
      throw error
    } catch TextCorpusError.file(let error) {
      throw CommandFailure.noInput("\(name): \(error)")
    } catch {
      throw CommandFailure.data("\(name): \(error)")
    }
  }

  /// A file stays where it is; what comes through a pipe is held in memory.
  private func text(of file: InputFile?) throws -> TextCorpus {
    if let data, let file, data != "-" && file.isRegular {
      return try TextCorpus(path: data)
    }
    return try withBytes(of: file, TextCorpus.init)
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
    let greatest = mgpt_greatest_memory() / 16
    let limit = greatest > 0 ? Int(clamping: greatest) : Int.max - 1
    let bytes = try file.readToEnd(atMost: limit + 1)
    guard bytes.count <= limit else {
      throw CommandFailure.data(
        "\(data ?? ""): the text has more than \((limit >> 20).grouped) MiB,"
          + " which is what there is memory for")
    }
    return try body(bytes.span)
  }
}
