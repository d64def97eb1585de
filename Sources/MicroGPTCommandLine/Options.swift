import ArgumentParser
import MicroGPTFormat

/// A codec by its name on the command line.
public enum CodecOption: String, ExpressibleByArgument, CaseIterable {
  /// Elements as they are.
  case raw
  /// Compressed chunks.
  case zlib

  /// The codec of that name.
  public var codec: Codec {
    switch self {
    case .raw: .raw
    case .zlib: .zlib
    }
  }
}

/// A type of element by its name on the command line.
public enum ElementTypeOption: String, ExpressibleByArgument, CaseIterable {
  /// IEEE 754 binary32.
  case f32
  /// IEEE 754 binary64.
  case f64
  /// The upper half of a binary32.
  case bf16
  /// IEEE 754 binary16.
  case f16

  /// The type of that name.
  public var elementType: ElementType {
    switch self {
    case .f32: .f32
    case .f64: .f64
    case .bf16: .bf16
    case .f16: .f16
    }
  }
}

extension Comparable where Self: CustomStringConvertible {
  /// Checks that an option's value lies within its limits.
  ///
  /// - Parameters:
  ///   - limits: The limits.
  ///   - option: The option, as `--count`.
  /// - Throws: `ValidationError`, which names the option and the limits.
  public func require(
    in limits: ClosedRange<Self>, _ option: String
  ) throws {
    guard limits.contains(self) else {
      throw ValidationError(
        "\(option) is \(self), expected \(limits.lowerBound) to"
          + " \(limits.upperBound)")
    }
  }
}
