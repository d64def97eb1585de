/// Little-endian bytes, one field after the other: the inverse of
/// ``ByteParser``.
struct ByteBuilder {
  private(set) var bytes: [UInt8] = []

  mutating func append(_ value: some FixedWidthInteger & UnsignedInteger) {
    withUnsafeBytes(of: value.littleEndian) { bytes.append(contentsOf: $0) }
  }

  mutating func append(_ more: some Sequence<UInt8>) {
    bytes.append(contentsOf: more)
  }

  mutating func appendZeros(_ count: Int) {
    bytes.append(contentsOf: repeatElement(0, count: count))
  }

  /// Appends zeros up to the next multiple of the alignment.
  mutating func align(to alignment: Int) {
    appendZeros((alignment - bytes.count % alignment) % alignment)
  }

  /// Appends the CRC32 of all bytes so far.
  mutating func appendChecksum() {
    append(CRC32.of(bytes))
  }
}
