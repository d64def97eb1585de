/// An element of a tensor that is NaN or infinite, which the format permits and
/// no use of a model does (spec: section 14).
public struct NonFiniteElement: Error, Sendable, Hashable {
  /// The tensor's name.
  public let tensorName: String
  /// The role of the tensor.
  public let role: TensorRole
  /// The element's index in row-major order; no other before it is one.
  public let index: Int
  /// The element; a finite one is out of the range of f32, in which models
  /// compute.
  public let value: Double

  /// Creates an error.
  ///
  /// - Parameters:
  ///   - tensor: The tensor.
  ///   - index: The element's index in row-major order.
  ///   - value: The element.
  package init(_ tensor: TensorDescriptor, index: Int, value: Double) {
    tensorName = tensor.name
    role = tensor.role
    self.index = index
    self.value = value
  }
}

extension NonFiniteElement: CustomStringConvertible {
  /// The error as one clause: `layer0.attn_wq[17] is nan, expected a finite
  /// number`.
  public var description: String {
    let owner = role == .weight ? "" : " (\(role.name))"
    let limit = value.isFinite ? " within the range of f32" : ""
    let value = value.isNaN ? "nan" : value.isFinite ? "\(value)" : infinity
    return "\(tensorName)[\(index)]\(owner) is \(value), expected a finite"
      + " number\(limit)"
  }

  private var infinity: String { value < 0 ? "-inf" : "inf" }
}
