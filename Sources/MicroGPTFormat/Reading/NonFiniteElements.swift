import CMicroGPTSystem

/// The elements of a tensor that are not finite, or, of a weight, not once they
/// are rounded to f32.
///
/// They are legal in a file, and no use of a model takes them (spec: section
/// 14).
public struct NonFiniteElements: Sendable, Hashable {
  /// The tensor's index in ``Checkpoint/tensors``.
  public let tensorIndex: Int
  /// The number of these elements, at least 1.
  public let count: Int
  /// The first of them.
  public let first: NonFiniteElement
}

extension TensorDescriptor {
  /// The index of the first element in some bytes of the tensor that is not
  /// finite; `nil` if all are.
  ///
  /// A weight that rounds to an infinite f32 counts as one.
  func firstNonFinite(in bytes: UnsafeRawBufferPointer) -> Int? {
    guard let start = bytes.baseAddress else { return nil }
    let count = bytes.count / elementType.byteCount
    let index =
      switch elementType {
      case .f32: mgpt_find_32(start, 0, count, 0x7f80_0000)
      case .f64: mgpt_find_64(start, 0, count, doubleLimit)
      case .bf16: mgpt_find_16(start, 0, count, 0x7f80)
      case .f16: mgpt_find_16(start, 0, count, 0x7c00)
      }
    return index < count ? index : nil
  }

  /// The number of elements in some bytes that are not finite, as above.
  func countOfNonFinite(in bytes: UnsafeRawBufferPointer) -> Int {
    guard let start = bytes.baseAddress else { return 0 }
    let count = bytes.count / elementType.byteCount
    return switch elementType {
    case .f32: mgpt_count_32(start, count, 0x7f80_0000)
    case .f64: mgpt_count_64(start, count, doubleLimit)
    case .bf16: mgpt_count_16(start, count, 0x7f80)
    case .f16: mgpt_count_16(start, count, 0x7c00)
    }
  }

  /// Infinity, or for a weight the least double that rounds to an infinite
  /// f32: halfway from its maximum to 2^128.
  private var doubleLimit: UInt64 {
    role == .weight ? 0x47ef_ffff_f000_0000 : 0x7ff0_0000_0000_0000
  }

  /// An element of the tensor as a double.
  func value(at index: Int, in bytes: UnsafeRawBufferPointer) -> Double {
    elementType.value(
      bitPattern: elementType.bits(
        in: bytes, at: index * elementType.byteCount))
  }
}

extension UnsafePointer<Float> {
  /// The index of the first float that is not finite; `nil` if all are.
  ///
  /// - Parameter count: The number of floats.
  /// - Returns: The index.
  /// - Complexity: O(count), some floats at a time.
  package func firstNonFinite(count: Int) -> Int? {
    let index = mgpt_find_32(self, 0, count, 0x7f80_0000)
    return index < count ? index : nil
  }
}
