/// Text that goes to a sink in pieces of some length.
struct JSONOutput {
  private let sink: (UnsafeRawBufferPointer) throws -> Void
  private var bytes: [UInt8] = []

  private static let pieceByteCount = 1 << 16

  init(_ sink: @escaping (UnsafeRawBufferPointer) throws -> Void) {
    self.sink = sink
    bytes.reserveCapacity(2 * Self.pieceByteCount)
  }

  mutating func write(_ text: String) throws {
    try write(text.utf8)
  }

  mutating func write(_ more: some Sequence<UInt8>) throws {
    bytes.append(contentsOf: more)
    if bytes.count >= Self.pieceByteCount { try flush() }
  }

  /// Gives what has gathered to the sink.
  mutating func flush() throws {
    try bytes.withUnsafeBytes { try sink($0) }
    bytes.removeAll(keepingCapacity: true)
  }
}
