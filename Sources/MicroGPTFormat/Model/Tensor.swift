/// What a tensor is for.
///
/// Spec: section 7, “TDIR”, `role`.
public enum TensorRole: UInt8, Sendable, CaseIterable {
  /// A weight of the model.
  case weight = 0
  /// Adam's running mean of a weight's gradient.
  case adamM = 1
  /// Adam's running mean of the gradient's square.
  case adamV = 2

  /// The name in the specification and in JSON.
  public var name: String {
    switch self {
    case .weight: "weight"
    case .adamM: "adam_m"
    case .adamV: "adam_v"
    }
  }
}

/// How an element is stored, little-endian.
///
/// Spec: section 7, “TDIR”, `dtype`.
public enum ElementType: UInt8, Sendable, CaseIterable {
  /// IEEE 754 binary32.
  case f32 = 0
  /// IEEE 754 binary64.
  case f64 = 1
  /// The upper half of a binary32.
  case bf16 = 2
  /// IEEE 754 binary16.
  case f16 = 3

  /// The name in the specification and in JSON.
  public var name: String {
    switch self {
    case .f32: "f32"
    case .f64: "f64"
    case .bf16: "bf16"
    case .f16: "f16"
    }
  }

  /// The width of one element in bytes.
  public var byteCount: Int {
    switch self {
    case .f32: 4
    case .f64: 8
    case .bf16, .f16: 2
    }
  }
}

/// How a tensor's bytes are stored.
///
/// Spec: section 8, “DATA”.
public enum Codec: UInt8, Sendable, CaseIterable {
  /// As they are, at a multiple of 64 bytes, to be used in place.
  case raw = 0
  /// In chunks of byte planes, each stored or deflated.
  case zlib = 1

  /// The name in the specification, in JSON and on the command line.
  public var name: String {
    switch self {
    case .raw: "raw"
    case .zlib: "zlib"
    }
  }
}

/// A tensor but for its elements.
public struct TensorDescriptor: Sendable, Hashable {
  /// The name, as `layer0.attn_wq`; unique among the tensors of its role.
  public var name: String
  /// What it is for.
  public var role: TensorRole
  /// How an element is stored.
  public var elementType: ElementType
  /// The dimensions, outermost first; a weight matrix is [out, in].
  public var shape: [Int]
  /// How the bytes are stored.
  public var codec: Codec

  /// Creates a descriptor.
  ///
  /// - Parameters:
  ///   - name: The name.
  ///   - role: What the tensor is for.
  ///   - elementType: How an element is stored.
  ///   - shape: The dimensions, outermost first.
  ///   - codec: How the bytes are stored.
  public init(
    name: String, role: TensorRole = .weight, elementType: ElementType,
    shape: [Int], codec: Codec
  ) {
    self.name = name
    self.role = role
    self.elementType = elementType
    self.shape = shape
    self.codec = codec
  }

  /// The number of elements, the product of the dimensions.
  public var elementCount: Int { shape.reduce(1, *) }

  /// The number of bytes that the elements take when decoded.
  public var byteCount: Int { elementCount * elementType.byteCount }
}
