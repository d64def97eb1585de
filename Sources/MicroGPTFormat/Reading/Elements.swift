extension Checkpoint {
  /// A tensor's elements as floats.
  ///
  /// f32 as they are; bf16 and f16 widened, which is exact; f64 rounded to the
  /// nearest, ties to even.
  ///
  /// - Parameters:
  ///   - index: The tensor's index in ``tensors``.
  ///   - verifying: Whether checksums are checked; see ``TensorReader``.
  ///   - threadCount: The number of threads that decode; see ``TensorReader``.
  /// - Returns: Its elements in row-major order.
  /// - Throws: ``CheckpointError`` if the tensor is damaged.
  /// - Complexity: O(elements).
  public func floats(
    ofTensorAt index: Int, verifying: Bool = true, threadCount: Int? = nil
  ) throws(CheckpointError) -> [Float] {
    try values(
      TensorReader(
        self, tensorAt: index, verifying: verifying, threadCount: threadCount))
  }

  /// A tensor's elements as doubles, which is exact for every type.
  ///
  /// - Parameters:
  ///   - index: The tensor's index in ``tensors``.
  ///   - verifying: Whether checksums are checked; see ``TensorReader``.
  ///   - threadCount: The number of threads that decode; see ``TensorReader``.
  /// - Returns: Its elements in row-major order.
  /// - Throws: ``CheckpointError`` if the tensor is damaged.
  /// - Complexity: O(elements).
  public func doubles(
    ofTensorAt index: Int, verifying: Bool = true, threadCount: Int? = nil
  ) throws(CheckpointError) -> [Double] {
    try values(
      TensorReader(
        self, tensorAt: index, verifying: verifying, threadCount: threadCount))
  }

  private func values<Value: BinaryFloatingPoint>(
    _ elements: TensorReader
  ) throws(CheckpointError) -> [Value] {
    var reader = elements
    let tensor = reader.tensor
    do {
      try OutOfMemory.check(
        tensor.elementCount, times: MemoryLayout<Value>.stride,
        for: "the elements of \(tensor.name)")
    } catch {
      throw .outOfMemory(error)
    }
    // The pages are touched as elements are decoded and checked, so that what
    // is declared costs addresses alone.
    var values: [Value] = []
    values.reserveCapacity(tensor.elementCount)
    while let chunk = try reader.next() {
      let count = chunk.count / tensor.elementType.byteCount
      values.append(
        contentsOf: [Value](unsafeUninitializedCapacity: count) {
          if let start = $0.baseAddress {
            tensor.elementType.convert(chunk, to: start)
          }
          $1 = count
        })
    }
    return values
  }

  /// Reads a tensor's elements as floats; see
  /// ``floats(ofTensorAt:verifying:threadCount:)``.
  ///
  /// - Parameters:
  ///   - index: The tensor's index in ``tensors``.
  ///   - floats: A buffer with the capacity for all of them.
  ///   - verifying: Whether checksums are checked.
  ///   - threadCount: The number of threads that decode; see ``TensorReader``.
  /// - Throws: ``CheckpointError`` if the tensor is damaged, or else has an
  ///   element that is not finite.
  package func readFiniteFloats(
    ofTensorAt index: Int, into floats: UnsafeMutablePointer<Float>,
    verifying: Bool = true, threadCount: Int? = nil
  ) throws(CheckpointError) {
    var reader = try TensorReader(
      self, tensorAt: index, verifying: verifying, threadCount: threadCount)
    let tensor = reader.tensor
    var count = 0
    var nonFinite: NonFiniteElement?
    while let chunk = try reader.next() {
      if nonFinite == nil, let first = tensor.firstNonFinite(in: chunk) {
        nonFinite = NonFiniteElement(
          tensor, index: count + first,
          value: tensor.value(at: first, in: chunk))
      }
      tensor.elementType.convert(chunk, to: floats + count)
      count += chunk.count / tensor.elementType.byteCount
    }
    if let nonFinite { throw .notFinite(nonFinite) }
  }
}

extension ElementType {
  /// Writes the values of elements, rounded to the nearest where they are not
  /// exact.
  ///
  /// - Parameters:
  ///   - elements: Whole elements of this type, little-endian.
  ///   - values: A buffer with the capacity for all of them.
  fileprivate func convert<Value: BinaryFloatingPoint>(
    _ elements: UnsafeRawBufferPointer, to values: UnsafeMutablePointer<Value>
  ) {
    func write<Word: FixedWidthInteger & BitwiseCopyable>(
      _ value: (Word) -> Value
    ) {
      let width = MemoryLayout<Word>.size
      for index in 0..<elements.count / width {
        (values + index).initialize(
          to: value(
            Word(
              littleEndian: elements.loadUnaligned(
                fromByteOffset: index &* width, as: Word.self))))
      }
    }
    switch self {
    case .f32: write { Value(Float(bitPattern: $0)) }
    case .f64: write { Value(Double(bitPattern: $0)) }
    case .bf16: write { Value(Float(bf16: $0)) }
    case .f16: write { Value(Float(f16: $0)) }
    }
  }
}
