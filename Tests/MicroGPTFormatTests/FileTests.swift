import Foundation
import MicroGPTFormat
import MicroGPTRandom
import Testing

/// Writing and opening real files.
@Suite final class FileTests {
  private let folder: URL

  init() throws {
    folder = FileManager.default.temporaryDirectory
      .appending(path: "mgpt-files-\(UUID().uuidString)")
    try FileManager.default.createDirectory(
      at: folder, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(at: folder) }

  private func path(_ name: String) -> String {
    folder.appending(path: name).path
  }

  private var names: [String] {
    get throws {
      try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()
    }
  }

  /// Writes a small model; the seed tells one from another.
  private func write(
    _ path: String, seed: UInt64, replacing: Bool = false,
    beforeFinishing: () throws -> Void = {}
  ) throws {
    let manifest = try Models.manifest(embeddingWidth: 4, codec: .zlib)
    var generator = SamplerRandom(seed: seed, stream: 0)
    let writer = try CheckpointWriter(
      manifest, path: path, replacing: replacing)
    for tensor in manifest.tensors {
      try writer.append(Models.elements(of: tensor, using: &generator))
    }
    try beforeFinishing()
    try writer.finish()
  }

  private func bytes(seed: UInt64) throws -> Data {
    Data(
      try Models.file(
        Models.manifest(embeddingWidth: 4, codec: .zlib), seed: seed))
  }

  @Test(arguments: [Checkpoint.OpeningMode.mapped, .copied, .automatic])
  func everyModeOpensAFile(mode: Checkpoint.OpeningMode) throws {
    try write(path("a.mgpt"), seed: 1)
    let checkpoint = try Checkpoint(path: path("a.mgpt"), mode: mode)
    try checkpoint.verify()
    #expect(checkpoint.byteCount == (try bytes(seed: 1).count))
    #expect(
      try Data(contentsOf: folder.appending(path: "a.mgpt"))
        == bytes(seed: 1))
    #expect(try names == ["a.mgpt"])
  }

  @Test func anExistingFileIsReplacedOnlyOnDemand() throws {
    try write(path("a"), seed: 1)
    #expect(throws: CheckpointError.targetExists(path: path("a"))) {
      try write(path("a"), seed: 2)
    }
    #expect(try Data(contentsOf: folder.appending(path: "a")) == bytes(seed: 1))
    try write(path("a"), seed: 2, replacing: true)
    #expect(try Data(contentsOf: folder.appending(path: "a")) == bytes(seed: 2))
    #expect(try names == ["a"])
  }

  /// Somebody else creates the file while this one is being written.
  @Test func aFileThatAppearsMeanwhileStays() throws {
    let target = path("a")
    #expect(throws: CheckpointError.targetExists(path: target)) {
      try write(target, seed: 1) {
        try Data("theirs".utf8).write(to: URL(fileURLWithPath: target))
      }
    }
    #expect(try String(contentsOfFile: target, encoding: .utf8) == "theirs")
    #expect(try names == ["a"])
  }

  /// A reader keeps what it has mapped when the file is replaced.
  @Test func aMappedFileOutlivesItsReplacement() throws {
    try write(path("a"), seed: 1)
    let old = try Checkpoint(path: path("a"), mode: .mapped)
    let before = try old.doubles(ofTensorAt: 0)
    try write(path("a"), seed: 2, replacing: true)
    #expect(try old.doubles(ofTensorAt: 0) == before)
    try old.verify()
    let new = try Checkpoint(path: path("a"), mode: .mapped)
    #expect(try new.doubles(ofTensorAt: 0) != before)
  }

  @Test func whatAKilledSaveLeftIsUsedAgain() throws {
    try Data(repeating: 7, count: 100_000).write(
      to: folder.appending(path: "a.partial"))
    try write(path("a"), seed: 1)
    #expect(try Data(contentsOf: folder.appending(path: "a")) == bytes(seed: 1))
    #expect(try names == ["a"])
  }

  /// What is left over may be another name of a file that is in use.
  @Test func whatIsLeftOverIsNotWrittenTo() throws {
    try write(path("a"), seed: 1)
    try FileManager.default.linkItem(
      atPath: path("a"), toPath: path("a.partial"))
    try write(path("a"), seed: 2, replacing: true) {
      let before = try Data(contentsOf: self.folder.appending(path: "a"))
      #expect(try before == self.bytes(seed: 1))
    }
    #expect(try Data(contentsOf: folder.appending(path: "a")) == bytes(seed: 2))
    #expect(try names == ["a"])
    // A link planted there is not followed.
    try FileManager.default.createSymbolicLink(
      atPath: path("b.partial"), withDestinationPath: path("a"))
    try write(path("b"), seed: 3)
    #expect(try Data(contentsOf: folder.appending(path: "a")) == bytes(seed: 2))
    #expect(try names == ["a", "b"])
  }

  @Test func anAbandonedSaveLeavesNothing() throws {
    struct Stop: Error {}
    #expect(throws: Stop.self) {
      try write(path("a"), seed: 1) { throw Stop() }
    }
    #expect(try names.isEmpty)
  }

  @Test func twoWritersOfOneFileDoNotMix() throws {
    let target = path("a")
    try write(target, seed: 1) {
      #expect(throws: CheckpointError.targetBusy(path: target)) {
        try self.write(target, seed: 2)
      }
    }
    #expect(try Data(contentsOf: folder.appending(path: "a")) == bytes(seed: 1))
    #expect(try names == ["a"])
  }

  /// Somebody removes the file in the making, and another writer begins.
  @Test func whatIsNotWholeNeverTakesTheName() throws {
    try write(path("a"), seed: 1)
    #expect {
      try write(path("a"), seed: 2, replacing: true) {
        let partial = self.folder.appending(path: "a.partial")
        try FileManager.default.removeItem(at: partial)
        try Data("half".utf8).write(to: partial)
      }
    } throws: { error in
      "\(error)" == "cannot rename: No such file or directory"
    }
    #expect(try Data(contentsOf: folder.appending(path: "a")) == bytes(seed: 1))
    #expect(
      try String(contentsOfFile: path("a.partial"), encoding: .utf8) == "half")
  }

  @Test func aLinkStaysALink() throws {
    let manager = FileManager.default
    try manager.createDirectory(
      atPath: path("there"), withIntermediateDirectories: false)
    try write(path("there/a"), seed: 1)
    try manager.createSymbolicLink(
      atPath: path("link"), withDestinationPath: "there/a")
    try write(path("link"), seed: 2, replacing: true)
    #expect(
      try manager.destinationOfSymbolicLink(atPath: path("link"))
        == "there/a")
    #expect(
      try Data(contentsOf: folder.appending(path: "there/a")) == bytes(seed: 2))
    #expect(try names == ["link", "there"])
    // One that leads nowhere yet.
    try manager.createSymbolicLink(
      atPath: path("new"), withDestinationPath: "there/b")
    try write(path("new"), seed: 3)
    #expect(
      try Data(contentsOf: folder.appending(path: "there/b")) == bytes(seed: 3))
  }

  @Test func whatIsNoRegularFileIsRefused() throws {
    #expect(throws: CheckpointError.notARegularFile(path: folder.path)) {
      try Checkpoint(path: folder.path)
    }
    #expect(throws: CheckpointError.notARegularFile(path: "/dev/null")) {
      try write("/dev/null", seed: 1, replacing: true)
    }
    // Without a writer a pipe would keep an open waiting.
    #expect(mkfifo(path("pipe"), 0o600) == 0)
    #expect(throws: CheckpointError.notARegularFile(path: path("pipe"))) {
      try Checkpoint(path: path("pipe"))
    }
  }

  @Test func systemErrorsNameWhatWasDone() throws {
    #expect {
      try Checkpoint(path: path("none"))
    } throws: { error in
      "\(error)" == "cannot open: No such file or directory"
    }
    #expect {
      try write(path("no/such/folder"), seed: 1)
    } throws: { error in
      "\(error)" == "cannot create: there is no folder “\(path("no"))”"
    }
  }

  @Test func permissionsFollowTheUmask() throws {
    try write(path("a"), seed: 1)
    let attributes = try FileManager.default.attributesOfItem(atPath: path("a"))
    let mask = umask(0)
    umask(mask)
    #expect(
      attributes[.posixPermissions] as? Int == 0o666 & ~Int(mask))
  }

  @Test func anEmptyFileIsTruncated() throws {
    try Data().write(to: folder.appending(path: "a"))
    for mode in [Checkpoint.OpeningMode.mapped, .copied] {
      #expect {
        try Checkpoint(path: path("a"), mode: mode)
      } throws: { error in
        guard case .format(let error)? = error as? CheckpointError else {
          return false
        }
        return error.reason == .truncated && error.field == "header.magic"
      }
    }
  }
}
