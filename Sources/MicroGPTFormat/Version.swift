/// The version of this package: of its libraries and programs alike.
package enum Version {
  /// The version, as `1.0.0`; semantic versioning.
  package static var package: StaticString { "1.0.0" }

  /// The version of the format that is read and written, as `1.0`.
  package static var format: String { FormatVersion.current.description }
}
