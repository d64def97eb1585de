import MicroGPTParallel

/// A file in memory, to which a ``CheckpointWriter`` writes.
public final class MemoryFile {
  /// The bytes, which are the whole file once its writer has finished.
  public private(set) var bytes: [UInt8] = []
  private var meter = MemoryMeter("the checkpoint")

  /// Starts an empty file.
  public init() {}

  /// Writes bytes at an offset; what is never written to is zero.
  func write(
    _ source: UnsafeRawBufferPointer, at offset: Int
  ) throws(OutOfMemory) {
    try meter.add(max(0, offset + source.count - bytes.count))
    let missing = offset - bytes.count
    if missing > 0 {
      bytes.append(contentsOf: repeatElement(0, count: missing))
    }
    let inside = source.prefix(bytes.count - offset)
    bytes.withUnsafeMutableBytes {
      UnsafeMutableRawBufferPointer(rebasing: $0[offset...])
        .copyMemory(from: UnsafeRawBufferPointer(rebasing: inside))
    }
    bytes.append(contentsOf: source.dropFirst(inside.count))
  }
}
