import MicroGPTFormat

/// The version of a program, as `--version` prints it.
///
/// - Parameter name: The program.
/// - Returns: Its name, the package's version and that of the format.
public func programVersion(_ name: String) -> String {
  "\(name) \(Version.package) (checkpoint format \(Version.format))"
}
