import MicroGPTFormat
import MicroGPTText

extension JSONScanner {
  /// Reads the object of a tensor.
  ///
  /// - Parameters:
  ///   - expected: The tensor that must come; its type of element and codec
  ///     are whatever the object says.
  ///   - readData: Reads the value of `data`, an array of numbers.
  /// - Throws: ``JSONCheckpointError``, or what the function throws.
  /// - Returns: The descriptor of the tensor.
  func readTensor(
    _ expected: TensorDescriptor,
    data readData: (TensorDescriptor) throws -> Void
  ) throws -> TensorDescriptor {
    let start = position
    let place = field
    func error(found: String) -> JSONCheckpointError {
      JSONCheckpointError(
        place, at: start, found: found, expected: "data as the last key")
    }
    var tensor = expected
    var known: Set<String> = []
    try readObject(keys: JSONNames.tensor) { key, _ in
      known.insert(key)
      switch key {
      case "name": try readConstant(expected.name)
      case "role": try readConstant(expected.role.name)
      case "dtype":
        tensor.elementType = try readName(of: ElementType.allCases, \.name)
      case "codec": tensor.codec = try readName(of: Codec.allCases, \.name)
      case "shape": try readShape(expected.shape)
      default:
        let missing = JSONNames.tensor.first { !known.contains($0) }
        if let missing { throw error(found: "no \(missing) before data") }
        try readData(tensor)
      }
    }
    guard known.contains("data") else {
      throw error(found: "no data")
    }
    return tensor
  }

  /// Reads a string that is the name of one of some values.
  private func readName<Value>(
    of values: [Value], _ name: (Value) -> String
  ) throws -> Value {
    func expected() -> String {
      values.map { quoted(name($0)) }.joined(separator: ", ")
    }
    let start = position
    let text = try readString(expected(), limit: 64)
    guard let value = values.first(where: { name($0) == text }) else {
      throw error(at: start, found: quoted(text), expected: expected())
    }
    return value
  }

  private func readShape(_ expected: [Int]) throws {
    let start = position
    var shape: [Int] = []
    try readArray { index in
      guard index < expected.count else {
        throw error(
          at: position, found: "another dimension",
          expected: "\(expected.count)")
      }
      shape.append(try readInteger())
    }
    guard shape == expected else {
      throw error(at: start, found: "\(shape)", expected: "\(expected)")
    }
  }

  /// Reads the elements of a tensor.
  ///
  /// - Parameters:
  ///   - tensor: The tensor, of so many elements.
  ///   - body: Takes the elements in pieces: as a file has them, little-endian.
  /// - Throws: ``JSONCheckpointError``, or what the function throws.
  func readElements(
    of tensor: TensorDescriptor, _ body: (UnsafeRawBufferPointer) throws -> Void
  ) throws {
    let width = tensor.elementType.byteCount
    let piece = UnsafeMutableRawBufferPointer.allocate(
      byteCount: min(tensor.byteCount, 1 << 18), alignment: 8)
    defer { piece.deallocate() }
    var filled = 0
    let count = tensor.elementCount
    try take("[")
    for index in 0..<count {
      peekToken()
      element = index
      let bits = try readElement(tensor.elementType)
      element = nil
      withUnsafeBytes(of: bits.littleEndian) {
        UnsafeMutableRawBufferPointer(rebasing: piece[filled...])
          .copyMemory(from: UnsafeRawBufferPointer(rebasing: $0[..<width]))
      }
      filled += width
      if filled == piece.count || index + 1 == count {
        try body(UnsafeRawBufferPointer(rebasing: piece[..<filled]))
        filled = 0
      }
      try take(index + 1 < count ? "," : "]")
    }
  }

  /// Reads an element: a number, or the text of what JSON's numbers lack.
  private func readElement(_ type: ElementType) throws -> UInt64 {
    let start = position
    if peek() == UInt8(ascii: "\"") {
      let text = try readString("a number", limit: 64)
      guard let bits = type.bits(of: text) else {
        throw error(
          at: start, found: quoted(text),
          expected: "a number, “Infinity”, “-Infinity” or “NaN:” and"
            + " \(2 * type.byteCount) digits of a NaN's bits")
      }
      return bits
    }
    let number = try readNumber()
    guard let bits = type.bits(of: number) else {
      throw error(
        at: start, found: String(decoding: number.text, as: UTF8.self),
        expected: "a number that \(type.name) can hold")
    }
    return bits
  }
}
