import CZlib

/// Deflates parts of chunks, always with the same parameters, so that the
/// bytes are a function of the input.
///
/// Huffman coding alone: matching only loses on the noise of weights, and its
/// outcome differs between builds of zlib.
///
/// Spec: section 8.4.
final class Deflater {
  /// What zlib's manual says of windowBits 15 and memLevel 9.
  private static let byteCount = (1 << 17) + (1 << 18)

  private let stream: UnsafeMutablePointer<z_stream>

  convenience init() throws(OutOfMemory) {
    let stream = UnsafeMutablePointer<z_stream>.allocate(capacity: 1)
    stream.initialize(to: z_stream())
    let status = deflateInit2_(
      stream, 1, Z_DEFLATED, 15, 9, Z_HUFFMAN_ONLY, ZLIB_VERSION,
      Int32(MemoryLayout<z_stream>.size))
    guard status == Z_OK else {
      stream.deallocate()
      throw OutOfMemory(purpose: "zlib", byteCount: Self.byteCount)
    }
    self.init(stream)
  }

  private init(_ stream: UnsafeMutablePointer<z_stream>) {
    self.stream = stream
  }

  deinit {
    deflateEnd(stream)
    stream.deallocate()
  }

  /// Deflates bytes into one zlib stream.
  ///
  /// - Parameters:
  ///   - input: The bytes; at most a chunk.
  ///   - output: Room for the longest stream that is of use.
  /// - Returns: The stream's length, or `nil` if it does not fit.
  func deflate(
    _ input: UnsafeRawBufferPointer, into output: UnsafeMutableRawBufferPointer
  ) -> Int? {
    deflateReset(stream)
    stream.pointee.lead(from: input, to: output)
    let status = CZlib.deflate(stream, Z_FINISH)
    return status == Z_STREAM_END
      ? output.count - Int(stream.pointee.avail_out) : nil
  }
}

/// Inflates parts of chunks; any valid zlib stream will do.
final class Inflater {
  /// What zlib's manual says of windowBits 15.
  private static let byteCount = (1 << 15) + (7 << 10)

  private let stream: UnsafeMutablePointer<z_stream>

  convenience init() throws(OutOfMemory) {
    let stream = UnsafeMutablePointer<z_stream>.allocate(capacity: 1)
    stream.initialize(to: z_stream())
    let status = inflateInit2_(
      stream, 15, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size))
    guard status == Z_OK else {
      stream.deallocate()
      throw OutOfMemory(purpose: "zlib", byteCount: Self.byteCount)
    }
    self.init(stream)
  }

  private init(_ stream: UnsafeMutablePointer<z_stream>) {
    self.stream = stream
  }

  deinit {
    inflateEnd(stream)
    stream.deallocate()
  }

  /// Inflates one zlib stream.
  ///
  /// - Parameters:
  ///   - input: The stream, and nothing behind it.
  ///   - output: Room for the most bytes that it may give.
  /// - Returns: The number of bytes that it gave, or `nil` if it is no valid
  ///   stream, gives more, or ends before its input does.
  func inflate(
    _ input: UnsafeRawBufferPointer, into output: UnsafeMutableRawBufferPointer
  ) -> Int? {
    inflateReset(stream)
    stream.pointee.lead(from: input, to: output)
    let status = CZlib.inflate(stream, Z_FINISH)
    guard status == Z_STREAM_END, stream.pointee.avail_in == 0 else {
      return nil
    }
    return output.count - Int(stream.pointee.avail_out)
  }
}

extension z_stream {
  /// Sets where the next bytes come from and go to; both at most a chunk.
  fileprivate mutating func lead(
    from input: UnsafeRawBufferPointer, to output: UnsafeMutableRawBufferPointer
  ) {
    next_in = UnsafeMutablePointer(
      mutating: input.assumingMemoryBound(to: UInt8.self).baseAddress)
    avail_in = UInt32(input.count)
    next_out = output.assumingMemoryBound(to: UInt8.self).baseAddress
    avail_out = UInt32(output.count)
  }
}
