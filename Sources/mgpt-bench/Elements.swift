import CZlib
import MicroGPTFormat

/// The elements of all tensors of a checkpoint, one after the other, and room
/// for as many.
final class Elements {
  private let manifest: Manifest
  private let bytes: UnsafeMutableRawBufferPointer
  private let room: UnsafeMutableRawBufferPointer

  var byteCount: Int { bytes.count }

  init(_ checkpoint: Checkpoint) throws(CheckpointError) {
    manifest = checkpoint.manifest
    let byteCount = manifest.tensors.reduce(0) { $0 + $1.byteCount }
    bytes = .allocate(byteCount: byteCount, alignment: 64)
    room = .allocate(byteCount: byteCount, alignment: 64)
    try read(checkpoint, threadCount: nil)
    bytes.copyMemory(from: UnsafeRawBufferPointer(room))
  }

  deinit {
    bytes.deallocate()
    room.deallocate()
  }

  /// Stores them in memory.
  func file(codec: Codec, threadCount: Int?) throws(CheckpointError) -> [UInt8]
  {
    let file = MemoryFile()
    let writer = try CheckpointWriter(
      manifest.with(codec: codec), to: file, threadCount: threadCount)
    try writer.append(UnsafeRawBufferPointer(bytes))
    try writer.finish()
    return file.bytes
  }

  /// Compresses them for nobody.
  func compress(threadCount: Int) throws(CheckpointError) {
    let writer = try CheckpointWriter(
      discarding: manifest.with(codec: .zlib), threadCount: threadCount)
    try writer.append(UnsafeRawBufferPointer(bytes))
    try writer.finish()
  }

  /// Reads those of a checkpoint into the room.
  func read(
    _ checkpoint: Checkpoint, verifying: Bool = true, threadCount: Int?
  ) throws(CheckpointError) {
    var end = 0
    for index in checkpoint.tensors.indices {
      var reader = try TensorReader(
        checkpoint, tensorAt: index, verifying: verifying,
        threadCount: threadCount)
      while let chunk = try reader.next() {
        UnsafeMutableRawBufferPointer(rebasing: room[end...])
          .copyMemory(from: chunk)
        end += chunk.count
      }
    }
  }

  func copy() { room.copyMemory(from: UnsafeRawBufferPointer(bytes)) }

  /// Has zlib compute their checksum.
  func checksum() {
    var checksum: UInt = 0
    var rest = UnsafeRawBufferPointer(bytes)[...]
    while !rest.isEmpty {
      let part = UnsafeRawBufferPointer(rebasing: rest.prefix(1 << 30))
      let start = part.assumingMemoryBound(to: UInt8.self).baseAddress
      checksum = crc32(checksum, start, UInt32(part.count))
      rest = rest.dropFirst(part.count)
    }
  }
}
