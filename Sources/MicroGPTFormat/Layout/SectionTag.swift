/// The four letters that name a section; their case says what who does not
/// know it may do.
///
/// Spec: section 4, “Tags”.
struct SectionTag: Hashable, Sendable {
  /// The letters, first letter in the low byte, as they stand in the file.
  let code: UInt32

  static let configuration = SectionTag(letters: "CONF")
  static let vocabulary = SectionTag(letters: "VOCB")
  static let tensorDirectory = SectionTag(letters: "TDIR")
  static let data = SectionTag(letters: "DATA")
  static let trainingState = SectionTag(letters: "oPTM")
  static let metadata = SectionTag(letters: "mETa")

  /// The known sections in the order in which a file holds them; unknown ones
  /// follow, in order of their letters.
  static let known = [
    configuration, vocabulary, tensorDirectory, data, trainingState, metadata,
  ]

  private init(letters: StaticString) {
    code = letters.withUTF8Buffer { Self.code(of: $0) }
  }

  /// Creates a tag of four ASCII letters.
  init?(_ letters: String) {
    let bytes = Array(letters.utf8)
    guard bytes.count == 4 else { return nil }
    self.init(code: Self.code(of: bytes))
  }

  /// Creates a tag of four bytes in a file.
  init?(code: UInt32) {
    self.code = code
    let areLetters = bytes.allSatisfy { byte in
      (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20)
    }
    guard areLetters else { return nil }
  }

  private static func code(of bytes: some Sequence<UInt8>) -> UInt32 {
    bytes.reversed().reduce(0) { $0 << 8 | UInt32($1) }
  }

  private var bytes: [UInt8] {
    (0..<4).map { UInt8(truncatingIfNeeded: code >> (8 * $0)) }
  }

  /// The four letters.
  @inline(never)  // for the size of the C library
  var letters: String { String(decoding: bytes, as: UTF8.self) }

  /// The keys with a meaning in a section of properties.
  var assignedKeys: StandardKeys {
    self == .trainingState ? .trainingState : .labels
  }

  /// Whether a reader that does not know this section must refuse the file.
  var isCritical: Bool { bytes[0] & 0x20 == 0 }

  /// Whether a tool that does not know this section may copy it into a file
  /// that it derives from this one.
  var isSafeToCopy: Bool { bytes[3] & 0x20 != 0 }

  /// The place in a file's order: known sections first, then by letters.
  var rank: (Int, UInt32) {
    (Self.known.firstIndex(of: self) ?? Self.known.count, code.byteSwapped)
  }
}
