import Foundation
import MicroGPTRandom
import Testing

@testable import MicroGPTFormat

@Suite struct SHA256Tests {
  /// Examples of FIPS 180-4, fed in pieces of several lengths.
  @Test(arguments: [
    ("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
    ("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
    (
      "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
      "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"
    ),
    (
      String(repeating: "a", count: 100_000),
      "6d1cf22d7cc09b085dfc25ee1a1f3ae0265804c607bc2074ad253bcc82fd81ee"
    ),
  ])
  func knownAnswers(text: String, digest: String) {
    for step in [1, 7, 63, 64, 65, 1000] {
      var hash = SHA256()
      let bytes = Array(text.utf8)
      for start in stride(from: 0, to: bytes.count, by: step) {
        bytes[start..<min(start + step, bytes.count)].withUnsafeBytes {
          hash.update($0)
        }
        if bytes.count > 10_000 && step < 1000 { break }
      }
      guard bytes.count <= 10_000 || step == 1000 else { continue }
      let hex = hash.finalize().map {
        ($0 < 16 ? "0" : "") + String($0, radix: 16)
      }.joined()
      #expect(hex == digest, "in pieces of \(step)")
    }
  }
}
