import CMicroGPTSystem
import CZlib
import MicroGPTText

/// The checksum of zlib, PNG and gzip: CRC-32/ISO-HDLC.
///
/// zlib computes it; where the processor can multiply without carries, that
/// folds the bytes into a few beforehand, which is several times as fast.
struct CRC32: Sendable {
  /// The checksum of all bytes so far.
  private(set) var value: UInt32 = 0

  mutating func update(_ bytes: UnsafeRawBufferPointer) {
    guard let start = bytes.baseAddress else { return }
    var rest = bytes[...]
    withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 16) { folded in
      guard let words = folded.baseAddress else { return }
      let count = mgpt_crc32_fold(~value, start, bytes.count, words)
      guard count > 0 else { return }
      value = 0xffff_ffff  // the complement of a register of zeros
      updateByZlib(UnsafeRawBufferPointer(folded))
      rest = rest.dropFirst(count)
    }
    while !rest.isEmpty {
      // zlib counts in 32 bits.
      let part = rest.prefix(1 << 30)
      updateByZlib(UnsafeRawBufferPointer(rebasing: part))
      rest = rest.dropFirst(part.count)
    }
  }

  private mutating func updateByZlib(_ bytes: UnsafeRawBufferPointer) {
    let start = bytes.assumingMemoryBound(to: UInt8.self).baseAddress
    value = UInt32(
      truncatingIfNeeded: crc32(UInt(value), start, UInt32(bytes.count)))
  }

  /// Appends bytes that another checksum was computed of.
  ///
  /// - Parameters:
  ///   - other: Their checksum.
  ///   - byteCount: Their number.
  mutating func append(_ other: CRC32, byteCount: Int) {
    value = UInt32(
      truncatingIfNeeded: crc32_combine(
        UInt(value), UInt(other.value), byteCount))
  }

  static func of(_ bytes: UnsafeRawBufferPointer) -> UInt32 {
    var checksum = CRC32()
    checksum.update(bytes)
    return checksum.value
  }

  static func of(_ bytes: Slice<UnsafeRawBufferPointer>) -> UInt32 {
    of(UnsafeRawBufferPointer(rebasing: bytes))
  }

  static func of(_ bytes: [UInt8]) -> UInt32 {
    bytes.withUnsafeBytes { of($0) }
  }
}

/// A checksum as errors show it, as `0x1a2b3c4d`.
@inline(never)
func hexadecimal(_ value: UInt32) -> String {
  "0x" + zeroPadded(String(value, radix: 16), to: 8)
}
