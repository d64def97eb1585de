import Foundation

/// The files of Fixtures/valid and Fixtures/invalid, and what the manifest says
/// of them.
///
/// Fixtures/README.md tells what the keys mean.
public struct ConformanceSuite: Decodable, Sendable {
  /// A good file and its twin.
  public struct Valid: Decodable, Sendable {
    /// The name of both files, without an extension.
    public let name: String
    /// Whether a canonical writer gives just these bytes for this content.
    public let canonical: Bool
    /// Whether the twin holds everything that the file does.
    public let lossless: Bool
    /// The fingerprint of the model.
    public let fingerprint: String
  }

  /// A bad file and its error.
  public struct Invalid: Decodable, Sendable {
    /// The name of the file, with its extension.
    public let name: String
    /// The rule that it breaks, as `F22`.
    public let rule: String
    /// The field that the error names.
    public let field: String
    /// The byte offset that the error states.
    public let offset: Int?
    /// The kind of defect; `nil` for a twin.
    public let reason: String?
    /// The equal bytes that were left out of the file.
    let insert: Run?

    struct Run: Decodable, Sendable {
      let offset: Int
      let byte: UInt8
      let count: Int
    }

    /// Whether the file is a twin, not a checkpoint.
    public var isTwin: Bool { name.hasSuffix(".json") }
  }

  /// The good files, in the manifest's order.
  public let valid: [Valid]
  /// The bad files, by rule, then by name.
  public let invalid: [Invalid]

  /// The folder of fixtures.
  public static let folder = URL(filePath: #filePath)
    .deletingLastPathComponent()  // ConformanceSuite
    .deletingLastPathComponent()  // Support
    .deletingLastPathComponent()  // Tests
    .deletingLastPathComponent()
    .appending(path: "Fixtures")

  /// Reads the manifest.
  ///
  /// - Throws: An error if it cannot be read.
  public static func read() throws -> ConformanceSuite {
    let data = try Data(contentsOf: folder.appending(path: "manifest.json"))
    return try JSONDecoder().decode(ConformanceSuite.self, from: data)
  }

  /// The manifest, or an empty one if it cannot be read; for the arguments of
  /// tests, which cannot throw.
  public static let readOrEmpty =
    (try? read()) ?? ConformanceSuite(valid: [], invalid: [])

  /// The names of all files in a folder of the suite.
  ///
  /// - Parameter name: `valid` or `invalid`.
  /// - Returns: The names, sorted.
  /// - Throws: An error if the folder cannot be read.
  public static func files(in name: String) throws -> [String] {
    try FileManager.default.contentsOfDirectory(
      atPath: folder.appending(path: name).path
    ).sorted()
  }

  private static func bytes(_ path: String) throws -> [UInt8] {
    [UInt8](try Data(contentsOf: folder.appending(path: path)))
  }
}

extension ConformanceSuite.Valid: CustomStringConvertible {
  /// The file's name, by which a failed test is known.
  public var description: String { name }

  /// The checkpoint.
  ///
  /// - Returns: The bytes of the file.
  /// - Throws: An error if it cannot be read.
  public func checkpoint() throws -> [UInt8] {
    try ConformanceSuite.bytes("valid/\(name).mgpt")
  }

  /// The JSON twin.
  ///
  /// - Returns: The bytes of the text.
  /// - Throws: An error if it cannot be read.
  public func twin() throws -> [UInt8] {
    try ConformanceSuite.bytes("valid/\(name).json")
  }
}

extension ConformanceSuite.Invalid: CustomStringConvertible {
  /// The file's name, by which a failed test is known.
  public var description: String { name }

  /// The file as a reader is to see it, with what was left out of it.
  ///
  /// - Returns: The bytes of the file.
  /// - Throws: An error if it cannot be read.
  public func bytes() throws -> [UInt8] {
    var bytes = try ConformanceSuite.bytes("invalid/\(name)")
    if let insert {
      bytes.insert(
        contentsOf: repeatElement(insert.byte, count: insert.count),
        at: insert.offset)
    }
    return bytes
  }
}
