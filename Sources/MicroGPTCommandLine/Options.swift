import ArgumentParser
import MicroGPTFormat

extension Codec: ExpressibleByArgument {
  /// The codec of a name on the command line.
  ///
  /// - Parameter argument: `raw` or `zlib`.
  public init?(argument: String) {
    guard let codec = Self.allCases.first(where: { $0.name == argument }) else {
      return nil
    }
    self = codec
  }

  /// The names that help texts list.
  public static var allValueStrings: [String] { allCases.map(\.name) }

  /// The name that help texts show as a default.
  public var defaultValueDescription: String { name }
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
