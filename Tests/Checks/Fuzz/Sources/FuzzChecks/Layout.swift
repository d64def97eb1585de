import CFuzzer

/// Where the parts of a file lie that is laid out more or less as a checkpoint.
///
/// The mutator's own idea of the format, which trusts nothing but what it must
/// not read behind.
struct Layout {
  struct Part {
    /// Where its entry in the directory, or its record in TDIR, begins.
    var entry: Int
    /// Where its bytes lie.
    var range: Range<Int>
  }

  private(set) var sections: [Part] = []
  private(set) var tensors: [Part] = []
  private(set) var data: Int?  // indices in `sections`
  private(set) var tensorDirectory: Int?

  static let alignment = 64
  static let recordByteCount = 112

  init?(_ file: UnsafeRawBufferPointer) {
    guard file.count >= 64, 1...64 ~= file.word(at: 32) else { return nil }
    let count = Int(file.word(at: 32))
    var end = 64 + 32 * count
    guard end <= file.count else { return nil }
    for entry in stride(from: 64, to: end, by: 32) {
      guard
        let range = file.range(at: entry + 8, after: end, before: file.count)
      else { return nil }
      switch file.word(at: entry) {
      case tag("DATA"): data = sections.count
      case tag("TDIR"): tensorDirectory = sections.count
      default: break
      }
      sections.append(Part(entry: entry, range: range))
      end = range.upperBound
    }
    findTensors(file)
  }

  private mutating func findTensors(_ file: UnsafeRawBufferPointer) {
    guard let data, let tensorDirectory else { return }
    let area = sections[data].range
    let directory = sections[tensorDirectory].range
    var end = area.lowerBound
    var found: [Part] = []
    for record in stride(
      from: directory.lowerBound,
      to: directory.upperBound - Self.recordByteCount + 1,
      by: Self.recordByteCount)
    {
      guard
        let range = file.range(
          at: record + 88, after: end, before: area.upperBound)
      else { return }
      found.append(Part(entry: record, range: range))
      end = range.upperBound
    }
    tensors = found
  }

  /// The parts of a compressed tensor, if it has a single chunk: in the table
  /// the place of each part's word, and the part's bytes.
  func planes(
    ofTensorAt index: Int, in file: UnsafeRawBufferPointer
  ) -> [Part] {
    let tensor = tensors[index]
    guard file[tensor.entry + 50] == 1 else { return [] }
    let width = [4, 8, 2, 2][Int(file[tensor.entry + 49] & 3)]
    var end = tensor.range.lowerBound + 8 + 4 * width
    var planes: [Part] = []
    for plane in 0..<width {
      let entry = tensor.range.lowerBound + 8 + 4 * plane
      guard entry + 4 <= tensor.range.upperBound else { return [] }
      let start = end
      end += Int(file.word(at: entry) & 0xff_ffff)
      guard end <= tensor.range.upperBound else { return [] }
      planes.append(Part(entry: entry, range: start..<end))
    }
    return planes
  }
}

/// The word that four letters make.
func tag(_ letters: StaticString) -> UInt32 {
  letters.withUTF8Buffer { UnsafeRawBufferPointer($0).word(at: 0) }
}

extension UnsafeRawBufferPointer {
  func word(at offset: Int) -> UInt32 {
    UInt32(littleEndian: loadUnaligned(fromByteOffset: offset, as: UInt32.self))
  }

  func long(at offset: Int) -> UInt64 {
    UInt64(littleEndian: loadUnaligned(fromByteOffset: offset, as: UInt64.self))
  }

  /// The range that an offset and a length state, if it lies between others.
  fileprivate func range(
    at offset: Int, after start: Int, before end: Int
  ) -> Range<Int>? {
    guard let lower = Int(exactly: long(at: offset)),
      let length = Int(exactly: long(at: offset + 8)),
      start <= lower, lower <= end, length <= end - lower
    else { return nil }
    return lower..<lower + length
  }

  func crc32(_ range: Range<Int>) -> UInt32 {
    let part = UnsafeRawBufferPointer(rebasing: self[range])
    let bytes = part.assumingMemoryBound(to: UInt8.self)
    return UInt32(
      truncatingIfNeeded: CFuzzer.crc32(
        0, bytes.baseAddress, UInt32(part.count)))
  }
}

extension UnsafeMutableRawBufferPointer {
  func store(_ value: some FixedWidthInteger & BitwiseCopyable, at offset: Int)
  {
    storeBytes(
      of: value.littleEndian, toByteOffset: offset, as: type(of: value))
  }
}
