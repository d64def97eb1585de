#if !hasFeature(Embedded)
extension Unicode.Scalar {
  /// Whether a scalar may be part of the character before it: a mark, or a vowel
  /// or final consonant of Hangul.
  package var continuesCharacter: Bool {
    guard value >= 0x300 else { return false }
    switch properties.generalCategory {
    case .nonspacingMark, .spacingMark: return true
    default:
      return Self.hangulVowels.contains(value)
        || Self.hangulFinals.contains(value)
    }
  }

  fileprivate static let hangulInitials: ClosedRange<UInt32> = 0x1100...0x1112
  fileprivate static let hangulVowels: ClosedRange<UInt32> = 0x1161...0x1175
  fileprivate static let hangulFinals: ClosedRange<UInt32> = 0x11A8...0x11C2
  fileprivate static let hangulSyllables: ClosedRange<UInt32> = 0xAC00...0xD7A3

  /// The scalar that this one and the next make in composed form (NFC); `nil` if
  /// there is none, as for the marks of many scripts.
  package func composed(with mark: Unicode.Scalar) -> Unicode.Scalar? {
    if Self.hangulInitials.contains(value),
      Self.hangulVowels.contains(mark.value)
    {
      let syllable = (value - 0x1100) * 21 + mark.value - 0x1161
      return Unicode.Scalar(0xAC00 + syllable * 28)
    }
    if Self.hangulSyllables.contains(value),
      Self.hangulFinals.contains(mark.value)
    {
      guard (value - 0xAC00).isMultiple(of: 28) else { return nil }
      return Unicode.Scalar(value + mark.value - 0x11A7)
    }
    return composite(String(String.UnicodeScalarView([self, mark])))
  }
}

/// The scalar that is canonically equivalent to a text and stays as it is in
/// composed form.
///
/// - Parameter text: A letter and its marks.
/// - Returns: `nil` if there is none, and for Hangul.
func composite(_ text: String) -> Unicode.Scalar? { composites[text] }

/// All of them by themselves, as strings are equal that are canonically
/// equivalent.
///
/// The standard library gives no decompositions. What the ranges have that is
/// not composed does no harm.
private let composites: [String: Unicode.Scalar] = {
  let ranges: [ClosedRange<UInt32>] = [
    0xC0...0x233, 0x385...0x6D3, 0x929...0xDDE, 0x1026...0x1026,
    0x1B06...0x1B43, 0x1E00...0x1FFC, 0x219A...0x22ED, 0x304C...0x30FE,
    0x105C9...0x105E4, 0x1109A...0x115BB, 0x11938...0x11938,
    0x16121...0x16128, 0x16D68...0x16D6A,
  ]
  var composites: [String: Unicode.Scalar] = [:]
  for value in ranges.joined() {
    guard let scalar = Unicode.Scalar(value),
      !scalar.properties.isFullCompositionExclusion
    else { continue }
    composites[String(scalar)] = scalar
  }
  return composites
}()
#endif
