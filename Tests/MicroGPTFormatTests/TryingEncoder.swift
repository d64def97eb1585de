@testable import MicroGPTFormat

/// The canonical encoder as section 8.4 words it: element by element, and
/// deflating whatever may be deflated.
enum TryingEncoder {
  /// The entry of a chunk, and its parts.
  static func encode(_ elements: [UInt8], width: Int) throws -> (
    entry: [UInt8], parts: [UInt8]
  ) {
    let count = elements.count / width
    let signs = Set((0..<count).map { elements[$0 * width + width - 1] >> 7 })
    let rotated = signs.count == 2
    var planes = [[UInt8]](repeating: [], count: width)
    for index in 0..<count {
      var word: UInt64 = 0
      for plane in 0..<width {
        word |= UInt64(elements[index * width + plane]) << UInt64(8 * plane)
      }
      if rotated { word = word << 1 | word >> UInt64(8 * width - 1) }
      for plane in 0..<width {
        planes[plane].append(UInt8(truncatingIfNeeded: word))
        word >>= 8
      }
    }
    var entry = ByteBuilder()
    entry.append(rotated ? 1 : 0 as UInt8)
    entry.appendZeros(3)
    var parts: [UInt8] = []
    for (index, plane) in planes.enumerated() {
      let (kind, part) = try stored(plane, isLast: index == width - 1)
      entry.append(UInt32(part.count) | UInt32(kind) << 24)
      parts += part
    }
    var whole = ByteBuilder()
    whole.append(CRC32.of(entry.bytes + parts))
    whole.append(entry.bytes)
    return (whole.bytes, parts)
  }

  private static func stored(
    _ plane: [UInt8], isLast: Bool
  ) throws -> (kind: UInt8, part: [UInt8]) {
    let maximum = plane.count - (plane.count + 63) / 64
    if isLast, let form = nibbles(plane),
      let stream = try deflated(form, maximum)
    {
      return (2, stream)
    }
    if let stream = try deflated(plane, maximum) { return (1, stream) }
    return (0, plane)
  }

  private static func nibbles(_ plane: [UInt8]) -> [UInt8]? {
    var counts = [Int](repeating: 0, count: 256)
    for byte in plane { counts[Int(byte)] += 1 }
    let covered = (0...241).map { counts[$0...$0 + 14].reduce(0, +) }
    let base = covered.firstIndex(of: covered.max() ?? 0) ?? 0
    let exceptions = plane.indices.filter {
      !(base...base + 14 ~= Int(plane[$0]))
    }
    guard exceptions.count <= plane.count / 64 else { return nil }
    var form = ByteBuilder()
    form.append(UInt8(base))
    form.append(UInt32(exceptions.count))
    for index in exceptions {
      form.append(UInt32(index))
      form.append(plane[index])
    }
    let nibbles =
      plane.map { base...base + 14 ~= Int($0) ? $0 - UInt8(base) : 15 } + [0]
    for index in stride(from: 0, to: plane.count, by: 2) {
      form.append(nibbles[index] | nibbles[index + 1] << 4)
    }
    return form.bytes
  }

  private static func deflated(
    _ bytes: [UInt8], _ maximum: Int
  ) throws -> [UInt8]? {
    let deflater = try Deflater()
    var room = [UInt8](repeating: 0, count: 2 * bytes.count + 1_000)
    let length = bytes.withUnsafeBytes { bytes in
      room.withUnsafeMutableBytes { deflater.deflate(bytes, into: $0) }
    }
    return length.flatMap { $0 <= maximum ? Array(room.prefix($0)) : nil }
  }
}
