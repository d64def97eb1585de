import CZlib

/// The checksum of zlib, PNG and gzip: CRC-32/ISO-HDLC, computed by zlib.
struct CRC32: Sendable {
  /// The checksum of all bytes so far.
  private(set) var value: UInt32 = 0

  mutating func update(_ bytes: UnsafeRawBufferPointer) {
    var rest = bytes[...]
    while !rest.isEmpty {
      // zlib counts in 32 bits.
      let part = UnsafeRawBufferPointer(rebasing: rest.prefix(1 << 30))
      let start = part.baseAddress?.assumingMemoryBound(to: UInt8.self)
      value = UInt32(
        truncatingIfNeeded: crc32(UInt(value), start, UInt32(part.count)))
      rest = rest.dropFirst(part.count)
    }
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
func hexadecimal(_ value: UInt32) -> String {
  let digits = String(value, radix: 16)
  return "0x" + String(repeating: "0", count: 8 - digits.count) + digits
}
