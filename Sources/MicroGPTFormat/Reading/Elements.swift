extension Checkpoint {
  /// A tensor's elements as floats.
  ///
  /// f32 as they are; bf16 and f16 widened, which is exact; f64 rounded to the
  /// nearest, ties to even.
  ///
  /// - Parameters:
  ///   - index: The tensor's place in ``tensors``.
  ///   - verifying: Whether checksums are checked; see ``TensorReader``.
  ///   - threads: The number of threads that decode; see ``TensorReader``.
  /// - Returns: Its elements in row-major order.
  /// - Throws: ``CheckpointError`` if the tensor is damaged.
  /// - Complexity: O(elements).
  public func floats(
    ofTensorAt index: Int, verifying: Bool = true, threads: Int? = nil
  ) throws(CheckpointError) -> [Float] {
    let reader = try TensorReader(
      self, tensorAt: index, verifying: verifying, threads: threads)
    return try elements(reader) { bytes, type in
      switch type {
      case .f32: words(bytes, UInt32.self).map(Float.init(bitPattern:))
      case .f64:
        words(bytes, UInt64.self).map { Float(Double(bitPattern: $0)) }
      case .bf16: words(bytes, UInt16.self).map(Float.init(bf16:))
      case .f16: words(bytes, UInt16.self).map(Float.init(f16:))
      }
    }
  }

  /// A tensor's elements as doubles, which is exact for every type.
  ///
  /// - Parameters:
  ///   - index: The tensor's place in ``tensors``.
  ///   - verifying: Whether checksums are checked; see ``TensorReader``.
  ///   - threads: The number of threads that decode; see ``TensorReader``.
  /// - Returns: Its elements in row-major order.
  /// - Throws: ``CheckpointError`` if the tensor is damaged.
  /// - Complexity: O(elements).
  public func doubles(
    ofTensorAt index: Int, verifying: Bool = true, threads: Int? = nil
  ) throws(CheckpointError) -> [Double] {
    let reader = try TensorReader(
      self, tensorAt: index, verifying: verifying, threads: threads)
    return try elements(reader) { bytes, type in
      switch type {
      case .f32:
        words(bytes, UInt32.self).map { Double(Float(bitPattern: $0)) }
      case .f64: words(bytes, UInt64.self).map(Double.init(bitPattern:))
      case .bf16: words(bytes, UInt16.self).map { Double(Float(bf16: $0)) }
      case .f16: words(bytes, UInt16.self).map { Double(Float(f16: $0)) }
      }
    }
  }

  private func elements<Element>(
    _ reader: TensorReader,
    _ convert: (UnsafeRawBufferPointer, ElementType) -> [Element]
  ) throws(CheckpointError) -> [Element] {
    var reader = reader
    let count = reader.tensor.elementCount
    do {
      try OutOfMemory.check(
        count, times: MemoryLayout<Element>.stride,
        for: "the elements of \(reader.tensor.name)")
    } catch {
      throw .outOfMemory(error)
    }
    // The pages are touched as elements are decoded and checked, so that what
    // is declared costs addresses alone.
    var elements: [Element] = []
    elements.reserveCapacity(count)
    while let chunk = try reader.next() {
      elements.append(
        contentsOf: convert(chunk, reader.tensor.elementType))
    }
    return elements
  }
}

extension Checkpoint {
  /// Reads a tensor's elements as floats; see
  /// ``floats(ofTensorAt:verifying:threads:)``.
  ///
  /// - Parameters:
  ///   - index: The tensor's index in ``tensors``.
  ///   - floats: A buffer with the capacity for all of them.
  ///   - verifying: Whether checksums are checked.
  ///   - threads: The number of threads that decode; see ``TensorReader``.
  /// - Throws: ``CheckpointError`` if the tensor is damaged, or else has an
  ///   element that is not finite.
  package func readFiniteFloats(
    ofTensorAt index: Int, into floats: UnsafeMutablePointer<Float>,
    verifying: Bool = true, threads: Int? = nil
  ) throws(CheckpointError) {
    var reader = try TensorReader(
      self, tensorAt: index, verifying: verifying, threads: threads)
    let tensor = reader.tensor
    var count = 0
    var nonFinite: NonFiniteElement?
    while let chunk = try reader.next() {
      if nonFinite == nil, let first = tensor.firstNonFinite(in: chunk) {
        nonFinite = NonFiniteElement(
          tensor, index: count + first,
          value: tensor.value(at: first, in: chunk))
      }
      let start = floats + count
      switch tensor.elementType {
      case .f32:
        UnsafeMutableRawPointer(start).copyMemory(
          from: chunk.baseAddress ?? UnsafeRawPointer(start),
          byteCount: chunk.count)
      case .f64:
        convert(chunk, UInt64.self, to: start) { Float(Double(bitPattern: $0)) }
      case .bf16: convert(chunk, UInt16.self, to: start) { Float(bf16: $0) }
      case .f16: convert(chunk, UInt16.self, to: start) { Float(f16: $0) }
      }
      count += chunk.count / tensor.elementType.byteCount
    }
    if let nonFinite { throw .notFinite(nonFinite) }
  }
}

/// Writes a float for each little-endian word of some bytes.
private func convert<Word: FixedWidthInteger & BitwiseCopyable>(
  _ bytes: UnsafeRawBufferPointer, _ type: Word.Type,
  to floats: UnsafeMutablePointer<Float>, _ float: (Word) -> Float
) {
  let width = MemoryLayout<Word>.size
  for index in 0..<bytes.count / width {
    floats[index] = float(
      Word(
        littleEndian: bytes.loadUnaligned(
          fromByteOffset: index &* width, as: Word.self)))
  }
}

/// The little-endian words of some bytes.
private func words<Word: FixedWidthInteger>(
  _ bytes: UnsafeRawBufferPointer, _ type: Word.Type
) -> [Word] {
  let width = MemoryLayout<Word>.size
  return (0..<bytes.count / width).map {
    Word(
      littleEndian: bytes.loadUnaligned(
        fromByteOffset: $0 * width, as: Word.self))
  }
}
