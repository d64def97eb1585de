import MicroGPTFormat
import MicroGPTText

/// Reads the JSON twin of a checkpoint, in memory for the manifest and one
/// piece of a tensor.
///
/// ```swift
/// let reader = try JSONCheckpointReader(makeSource: openText)
/// let writer = try CheckpointWriter(
///   reader.manifest, path: path, replacing: false)
/// try reader.readElements { _, bytes in try writer.append(bytes) }
/// try writer.finish()
/// ```
///
/// The text is read twice: a ``CheckpointWriter`` must know the types of all
/// tensors before the first element, and in the text the types of the last
/// tensor stand behind the elements of the others. The first reading, by
/// ``init(makeSource:)``, checks everything but the form of the numbers, and
/// counts these; the second one, by ``readElements(_:)``, converts them. A text
/// that can be read only once, from a pipe, is gathered in memory first.
///
/// The JSON is strict (RFC 8259). Keys may come in any order, but `tensors`
/// last in the document and `data` last in a tensor; unknown and repeated keys
/// are refused. A number is rounded to the nearest element, ties to even; for
/// bf16 and f16 it is rounded to the nearest float first.
///
/// Spec: section 13.
public struct JSONCheckpointReader {
  /// Gives the bytes of a text, piece by piece: it fills the start of a buffer
  /// and returns the number of bytes, 0 at the end.
  public typealias Source = (UnsafeMutableRawBufferPointer) throws -> Int

  /// Everything but the tensors' elements.
  public let manifest: Manifest

  private let makeSource: () throws -> Source

  /// Reads a text but for its numbers.
  ///
  /// - Parameter makeSource: Opens the text at its start; called once here, and
  ///   once for each ``readElements(_:)``.
  /// - Throws: ``JSONCheckpointError`` if it is not the twin of a checkpoint,
  ///   or what the source throws.
  /// - Complexity: O(bytes).
  public init(makeSource: @escaping () throws -> Source) throws {
    self.makeSource = makeSource
    manifest = try JSONInput(try makeSource()).read { scanner in
      try Self.readDocument(scanner) { _, tensor in
        let start = scanner.position
        let count = try scanner.skipElements()
        guard count == tensor.elementCount else {
          throw scanner.error(
            at: start, found: "\(count) numbers",
            expected: "\(tensor.elementCount), the product of shape")
        }
      }
    }
  }

  /// Reads the elements of all tensors, in the manifest's order.
  ///
  /// - Parameter body: Takes the index of a tensor in the manifest, and bytes
  ///   of it: whole elements, little-endian, valid during the call. In the end
  ///   it has got just the bytes of all tensors; ``CheckpointWriter`` takes
  ///   them as they are.
  /// - Throws: ``JSONCheckpointError`` for what is no number, or does not fit;
  ///   what the source or the body throws.
  /// - Complexity: O(bytes).
  public func readElements(
    _ body: (_ tensor: Int, _ bytes: UnsafeRawBufferPointer) throws -> Void
  ) throws {
    try JSONInput(try makeSource()).read { scanner in
      func requireUnchanged(_ isUnchanged: Bool) throws {
        guard isUnchanged else {
          throw scanner.error(
            at: scanner.position, found: "another text than before",
            expected: "one that does not change while it is read")
        }
      }
      let again = try Self.readDocument(scanner) { index, tensor in
        // The first reading has counted just these elements.
        try requireUnchanged(
          index < manifest.tensors.count && tensor == manifest.tensors[index])
        try scanner.readElements(of: tensor) { try body(index, $0) }
      }
      try requireUnchanged(again == manifest)
    }
  }

  /// Reads a document, and by a function the value of each tensor's `data`.
  private static func readDocument(
    _ scanner: JSONScanner,
    data readData: (Int, TensorDescriptor) throws -> Void
  ) throws -> Manifest {
    try scanner.refuseByteOrderMark()
    scanner.peekToken()
    var head = JSONHead(at: scanner.position)
    var manifest: Manifest?
    try scanner.readObject(keys: JSONNames.document) { key, keyPosition in
      guard manifest == nil else {
        throw JSONCheckpointError(
          "", at: keyPosition, found: "\(key) after tensors",
          expected: "tensors as the last key")
      }
      if key == "tensors" {
        manifest = try readTensors(scanner, of: head, data: readData)
      } else {
        try head.read(key, from: scanner)
      }
    }
    guard let manifest else {
      throw JSONCheckpointError(
        "", at: head.start, found: "no tensors", expected: "tensors")
    }
    guard scanner.peekToken() == nil else {
      throw scanner.unexpected(expected: "nothing after the object")
    }
    return manifest
  }

  private static func readTensors(
    _ scanner: JSONScanner, of head: JSONHead,
    data readData: (Int, TensorDescriptor) throws -> Void
  ) throws -> Manifest {
    let start = scanner.position
    var manifest = try head.manifest(scanner)
    let expected = manifest.tensors
    var count = 0
    try scanner.readArray { index in
      guard index < expected.count else {
        throw scanner.error(
          at: scanner.position, found: "another tensor",
          expected: "no tensor after the \(expected.count) of the model")
      }
      manifest.tensors[index] = try scanner.readTensor(expected[index]) {
        try readData(index, $0)
      }
      count += 1
    }
    guard count == expected.count else {
      let next = expected[count]
      throw scanner.error(
        at: start, found: "\(count) tensors",
        expected: "\(expected.count), next \(next.role.name) \(next.name)")
    }
    return manifest
  }
}
