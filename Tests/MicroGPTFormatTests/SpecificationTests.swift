import Foundation
import MicroGPTRandom
import Testing

@testable import MicroGPTFormat

/// The examples and tables of Spec/FORMAT.md against the code: whoever changes
/// one of the two has to change the other.
@Suite("The specification says what the code does")
struct SpecificationTests {
  let specification: Specification

  init() throws {
    specification = try Specification()
  }

  // MARK: - The example

  @Test func theExampleIsWhatTheWriterWrites() throws {
    let twin = try specification.twin()
    let example = try specification.bytes("file")
    let written = try twin.file()
    let difference = zip(written, example).enumerated().first {
      $0.element.0 != $0.element.1
    }
    #expect(difference?.offset == nil)
    #expect(written.count == example.count)

    let checkpoint = try Checkpoint(bytes: example)
    try checkpoint.verify()
    #expect(checkpoint.manifest == (try twin.manifest()))
  }

  /// An annotation `FIELD = NUMBER` states what the bytes of its line hold.
  @Test func theAnnotationsOfTheExampleAreRight() throws {
    var count = 0
    for line in try specification.dump("file") {
      let sides = line.annotation.split(separator: " = ")
      guard sides.count == 2, let stated = UInt64(sides[1]),
        !sides[0].hasPrefix("DATA[") || sides[0].contains("chunk")
      else { continue }
      let stored = line.bytes.reversed().reduce(0) { $0 << 8 | UInt64($1) }
      #expect(stored == stated, "\(line.annotation)")
      count += 1
    }
    #expect(count > 50)
  }

  @Test func theDigestsOfTheExampleAreRight() throws {
    let example = try specification.bytes("file")
    var digests: [String: String] = [:]
    for line in try specification.block("digests") {
      let words = line.split(separator: " ").map(String.init)
      digests[words[0]] = words[1]
    }
    #expect(digests["sha256"] == hash(example))
    let fingerprint = try Checkpoint(bytes: example).fingerprint()
    #expect(digests["fingerprint"] == fingerprint)

    var stripped = try specification.twin()
    stripped.metadata = nil
    stripped.tensors = stripped.tensors.map { $0.with(codec: "raw") }
    let canonical = try stripped.file()
    #expect(digests["fingerprint"] == hash(canonical))
    #expect(digests["length"] == "\(canonical.count)")
  }

  private func hash(_ bytes: [UInt8]) -> String {
    var hash = SHA256()
    bytes.withUnsafeBytes { hash.update($0) }
    return hash.finalize().map { String(format: "%02x", $0) }.joined()
  }

  // MARK: - What breaks it

  @Test(arguments: ["changes", "resealed-changes"])
  func theChangesAreRefusedAsStated(block: String) throws {
    let example = try specification.bytes("file")
    let changes = try specification.dump(block, isContinuous: false)
    #expect(changes.count > 10)
    for change in changes {
      var file = example
      let range = change.offset..<change.offset + change.bytes.count
      try #require(range.upperBound <= file.count)
      #expect(Array(file[range]) != change.bytes, "no change: \(change)")
      file.replaceSubrange(range, with: change.bytes)
      if block == "resealed-changes" { Reseal.all(&file) }
      #expect(refusedField(of: file) == change.annotation, "\(change)")
    }
  }

  /// The field of the error on opening and verifying a file.
  private func refusedField(of file: [UInt8]) -> String {
    do throws(CheckpointError) {
      try Checkpoint(bytes: file).verify()
      return "accepted"
    } catch {
      guard case .format(let error) = error else { return "\(error)" }
      return error.field
    }
  }

  // MARK: - The worked chunk

  /// The elements that section 8.4 describes.
  private var workedElements: [Float] {
    (0..<64).map { i in
      let magnitude = (1 + Float(i) / 64) / Float(1 << (i % 4))
      return i == 40 ? 0 : i.isMultiple(of: 2) ? magnitude : -magnitude
    }
  }

  @Test func theWorkedChunkIsWhatTheWriterWrites() throws {
    var manifest = try Models.manifest(blockSize: 64)
    let index = try #require(manifest.tensors.firstIndex { $0.name == "wpe" })
    manifest.tensors[index].codec = .zlib
    let file = MemoryFile()
    let writer = try CheckpointWriter(manifest, to: file)
    for (place, tensor) in manifest.tensors.enumerated() {
      try writer.append(
        place == index
          ? workedElements : [Float](repeating: 0, count: tensor.elementCount))
    }
    try writer.finish()
    let checkpoint = try Checkpoint(bytes: file.bytes)
    let stored = checkpoint.storedBytes(of: checkpoint.tensors[index])
    #expect(try Array(stored) == specification.bytes("chunk"))
    #expect(try checkpoint.floats(ofTensorAt: index) == workedElements)
  }

  @Test func theNibbleFormIsThatOfTheWorkedChunk() throws {
    let exponents = workedElements.map { UInt8($0.exponentBitPattern) }
    let form = ExponentNibbles.form(of: exponents)
    #expect(try form == specification.bytes("nibbles"))

    let part = try #require(
      try specification.dump("chunk").last {
        $0.annotation.hasPrefix("plane 3")
      })
    let stream = try specification.bytes("chunk")[part.offset...]
    let inflater = try Inflater()
    var room = [UInt8](repeating: 0, count: 64)
    let length = room.withUnsafeMutableBytes { room in
      Array(stream).withUnsafeBytes { inflater.inflate($0, into: room) }
    }
    #expect(form == Array(room.prefix(length ?? 0)))
  }

  // MARK: - Tables and lists

  @Test func theCheckValueOfTheChecksumIsRight() {
    #expect(CRC32.of(Array("123456789".utf8)) == 0xCBF4_3926)
    #expect(specification.text.contains("is 0xCBF43926."))
  }

  /// The tables of fields against the annotated bytes, which are the writer's.
  @Test(arguments: [
    ("## 3 ", "header", 0), ("## 4 ", "directory[0]", 64),
    ("## 5 ", "CONF", 256), ("## 7 ", "TDIR[7]", 1168),
    ("### 8.2 ", "DATA[7].chunk[0]", 1856), ("### 9.1 ", "mETa", 2112),
  ])
  func theFieldsAreWhereTheTablesSay(
    section: String, record: String, start: Int
  ) throws {
    let dump = try specification.dump("file")
    let rows = try specification.rows(
      under: "| Offset | Size |", inSection: section)
    #expect(rows.count >= 4)
    for row in rows {
      guard let offset = Int(row[0]) else { continue }  // depends on a length
      let field = row[3].prefix { $0 != " " }.filter { $0 != "`" }
      let first = try #require(
        dump.firstIndex { $0.offset == start + offset }, "\(field)")
      #expect(dump[first].annotation.hasPrefix("\(record).\(field)"))
      guard let size = Int(row[1]) else { continue }
      // A long field goes on in lines that begin with a quotation mark, or,
      // as the dimensions do, with its own name.
      let lines = dump[first...].prefix {
        $0.offset == start + offset || $0.annotation == "\""
          || $0.annotation.hasPrefix("\(record).dims") && field == "dims[0]"
      }
      #expect(lines.reduce(0) { $0 + $1.bytes.count } == size, "\(field)")
    }
  }

  @Test func theCodesOfTensorRecordsAreRight() throws {
    #expect(
      try specification.rows(under: "| `role` |").map { $0.prefix(2) }
        == TensorRole.allCases.map { ["\($0.rawValue)", "`\($0.name)`"] })
    #expect(
      try specification.rows(under: "| `dtype` |").map { $0.prefix(3) }
        == ElementType.allCases.map {
          ["\($0.rawValue)", "`\($0.name)`", "\($0.byteCount)"]
        })
    #expect(
      try specification.rows(under: "| `codec` |").map { $0.prefix(2) }
        == Codec.allCases.map { ["\($0.rawValue)", "`\($0.name)`"] })
  }

  @Test(arguments: [
    ("### 9.2 ", StandardKeys.labels), ("### 9.3 ", .trainingState),
  ])
  func theAssignedKeysAreRight(section: String, keys: StandardKeys) throws {
    let rows = try specification.rows(under: "| Key |", inSection: section)
    let stated = rows.map { row in
      "\(row[0].filter { $0 != "`" }) \(row[1]) "
        + row[2].filter { $0 != "," }.replacing(" to ", with: "-")
    }
    let known = zip(keys.forms.keys, keys.forms.values).map { key, form in
      let (name, range) =
        switch form {
        case .text(let range): ("text", range)
        case .line(let range): ("line", range)
        case .digest: ("digest", 64...64)
        case .integers(let range): ("u64", range)
        case .numbers(let range): ("f64", range)
        }
      return "\(key) \(name) \(range.lowerBound)"
        + (range.count == 1 ? "" : "-\(range.upperBound)")
    }
    #expect(stated.sorted() == known.sorted())
  }

  /// Every MUST names its rule, and every rule has one row.
  @Test func everyRuleHasANumberAndAClass() throws {
    let text = specification.text
    let lists = try #require(text.firstRange(of: "### 10.2 "))
    let end = try #require(text.firstRange(of: "## 11 "))
    for (row, place) in [("F", 69), ("R", 9), ("W", 10)] {
      let rows = specification.lines.filter {
        $0.firstMatch(of: /^\| [A-Z][0-9]+ \|/) != nil
          && $0.hasPrefix("| \(row)")
      }
      let numbers = rows.map { $0.split(separator: " ")[1] }
      #expect(numbers == (1...place).map { "\(row)\($0)" })
    }
    // Outside the lists a rule stands in parentheses behind its MUST.
    let prose =
      text[..<lists.lowerBound] + "\n\n" + text[end.lowerBound...]
    var count = 0
    for match in prose.matches(of: /MUST/) {
      if prose[match.range.upperBound...].hasPrefix(" hold has a number") {
        continue
      }
      let rest = prose[match.range.upperBound...]
      let sentence = rest.prefix { $0 != "." && $0 != "|" }
      #expect(sentence.contains(/\([FRW][0-9]+\)/), "\(sentence)")
      count += 1
    }
    #expect(count > 10)
  }

  @Test func theOrderAndShapesOfTensorsAreRight() throws {
    let configuration = try GPTConfiguration(
      layerCount: 12, headCount: 1, embeddingWidth: 3, blockSize: 5,
      vocabularySize: 7)
    let tensors = configuration.tensorDescriptors(
      elementType: .f32, codec: .raw)
    var starts: [String] = []
    for tensor in tensors {
      let start =
        tensor.name.split(separator: ".").first.map { "\($0)" } ?? ""
      let shown = start == tensor.name ? start : start + "."
      if starts.last != shown { starts.append(shown) }
    }
    let stated = try specification.block("order n_layer=12").joined(
      separator: " ")
    #expect(stated.split(separator: " ").map(String.init) == starts)

    let rows = try specification.rows(under: "| Name | Shape |")
    let numbers = ["n_embd": 3, "block_size": 5, "vocab_size": 7]
    let shapes = rows.map { row in
      row[1].filter { !"[]` ".contains($0) }.split(separator: ",").map {
        $0.split(separator: "×").reduce(1) {
          $0 * (numbers[String($1)] ?? Int($1) ?? 0)
        }
      }
    }
    let firstLayer = tensors.prefix(6) + tensors.suffix(3)
    #expect(shapes == firstLayer.map(\.shape))
    #expect(
      rows.map { $0[0].replacing("{i}", with: "0") }
        == firstLayer.map { "`\($0.name)`" })
  }

  @Test func theLimitsAreRight() throws {
    let most = try GPTConfiguration(
      layerCount: GPTConfiguration.layerCountRange.upperBound, vocabularySize: 2
    ).tensorDescriptors(elementType: .f32, codec: .raw, includingMoments: true)
      .count
    let limits: [String: ClosedRange<Int>] = [
      "`n_layer`": GPTConfiguration.layerCountRange,
      "`n_head`": GPTConfiguration.embeddingWidthRange,
      "`n_embd`": GPTConfiguration.embeddingWidthRange,
      "`block_size`": GPTConfiguration.blockSizeRange,
      "`vocab_size`": GPTConfiguration.vocabularySizeRange,
      "sections in a file": 4...SectionDirectory.maximumCount,
      "tensors in a file": 9...most,
      "bytes of a tensor's name": 1...TensorDirectory.maximumNameLength,
      "dimensions of a tensor": 1...TensorDirectory.maximumRank,
      "decoded bytes of a chunk": 2...ChunkTable.chunkByteCount,
      "bytes of a part": 1...0xff_ffff,
      "bytes of a key": 1...Properties.maximumKeyByteCount,
      "bytes of a value": 0...Properties.maximumValueByteCount,
    ]
    let rows = try specification.rows(under: "| What | Least |")
    for (what, range) in limits {
      let row = try #require(rows.first { $0[0] == what }, "\(what)")
      let numbers = row[1...].map { Int($0.filter { $0 != "," }) }
      #expect(numbers == [range.lowerBound, range.upperBound], "\(what)")
    }
  }

  @Test func theRandomStreamsAreRight() throws {
    var random: (seed: UInt64, stream: UInt64) = (0, 0)
    var checkedCount = 0
    for line in try specification.block("splitmix64") {
      let words = line.split(separator: " ").map(String.init)
      var generator = SamplerRandom(seed: random.seed, stream: random.stream)
      switch words[0] {
      case "seed":
        random.seed = try #require(UInt64(words[1]))
        random.stream = try #require(UInt64(words[3]))
        continue
      case "next":
        #expect(
          words[1...].map { UInt64($0.dropFirst(2), radix: 16) }
            == words[1...].map { _ in generator.next() })
      default:
        #expect(
          words[1...].map { Double($0) }
            == words[1...].map { _ in generator.nextUnit() })
      }
      checkedCount += 1
    }
    #expect(checkedCount == 10)
  }
}
