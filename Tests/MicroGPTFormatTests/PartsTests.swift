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

@Suite struct ElementTests {
  @Test func bf16IsTheUpperHalf() {
    #expect(Float(bf16: 0x3f80) == 1)
    #expect(Float(bf16: 0xc040) == -3)
    #expect(Float(bf16: 0x7f80) == .infinity)
    #expect(Float(bf16: 0x7fc1).bitPattern == 0x7fc1_0000)
  }

  #if !(os(macOS) && arch(x86_64))
  /// Every bit pattern against the compiler's own type.
  @Test func f16IsBinary16() {
    for bits in UInt16.min...UInt16.max {
      let expected = Float(Float16(bitPattern: bits))
      let found = Float(f16: bits)
      if expected.isNaN {
        #expect(found.isNaN)
        #expect(found.bitPattern >> 13 & 0x3ff == UInt32(bits & 0x3ff))
      } else if found.bitPattern != expected.bitPattern {
        Issue.record("\(bits): \(found), expected \(expected)")
      }
    }
  }
  #endif
}

@Suite struct NibbleTests {
  @Test(arguments: 0..<30)
  func everyPlaneComesBack(round: Int) throws {
    let seed = UInt64.random(in: 0...UInt64.max)
    var generator = SamplerRandom(seed: seed, stream: 0)
    let base = UInt8.random(in: 0...240, using: &generator)
    let count = Int.random(in: 1...700, using: &generator)
    var plane = (0..<count).map { _ in
      base + UInt8.random(in: 0...14, using: &generator)
    }
    for _ in 0..<count / 64 {
      let index = Int.random(in: 0..<count, using: &generator)
      plane[index] = .random(in: 0...255, using: &generator)
    }
    let form = try #require(ExponentNibbles.form(of: plane), "seed \(seed)")
    #expect(
      form.count <= ExponentNibbles.maximumByteCount(byteCount: count))
    var decoded = [UInt8](repeating: 0, count: count)
    let defect = form.withUnsafeBytes { form in
      decoded.withUnsafeMutableBytes { ExponentNibbles.decode(form, into: $0) }
    }
    #expect(defect == nil && decoded == plane, "seed \(seed)")
    // No other byte string of this length is taken for this plane.
    for index in form.indices {
      var damaged = form
      damaged[index] ^= 1 << UInt8.random(in: 0...7, using: &generator)
      let defect = damaged.withUnsafeBytes { form in
        decoded.withUnsafeMutableBytes {
          ExponentNibbles.decode(form, into: $0)
        }
      }
      #expect(defect != nil || decoded != plane, "seed \(seed)")
    }
  }

  @Test func planesThatSpreadHaveNone() {
    let plane = (0..<256).map { UInt8($0) }
    #expect(ExponentNibbles.form(of: plane) == nil)
  }
}

extension ExponentNibbles {
  /// The nibble form of a plane, if it has one.
  static func form(of plane: [UInt8]) -> [UInt8]? {
    plane.withUnsafeBytes { plane in
      var form = [UInt8](
        repeating: 0xff, count: maximumByteCount(byteCount: plane.count))
      let length = form.withUnsafeMutableBytes {
        encode(plane, counts: ByteCounts(plane).counts, into: $0)
      }
      return length.map { Array(form.prefix($0)) }
    }
  }
}

@Suite struct VocabularyTests {
  @Test func textComesBack() throws {
    let vocabulary = try #require(Vocabulary(of: "hello wörld".unicodeScalars))
    #expect(vocabulary.scalars == " dehlorwö".unicodeScalars.map { $0 })
    #expect(vocabulary.bosToken == 9 && vocabulary.size == 10)
    let tokens = try vocabulary.encode("Wörld")
    #expect(vocabulary.decode(tokens + [9, 10, -1]) == "wörld")
  }

  @Test func capitalsThatTheVocabularyHasAreKept() throws {
    let vocabulary = try #require(Vocabulary(of: "aA".unicodeScalars))
    #expect(try vocabulary.encode("Aa") == [0, 1])
  }

  @Test func emptyAndUnsortedOnesAreRefused() {
    #expect(Vocabulary(of: "".unicodeScalars) == nil)
    #expect(Vocabulary(sorted: ["b", "a"]) == nil)
    #expect(Vocabulary(sorted: ["a", "a"]) == nil)
  }

  @Test func unknownCharactersAreNamed() throws {
    let vocabulary = try #require(Vocabulary(of: "ab".unicodeScalars))
    #expect {
      try vocabulary.encode("a\u{7}")
    } throws: { error in
      "\(error)" == "the character “\\u{07}” (U+0007) is not in the vocabulary"
    }
    // İ becomes two scalars in lower case, which is no lookup.
    #expect(throws: UnknownCharacterError.self) { try vocabulary.encode("İ") }
  }
}
