import MicroGPTFormat
import Testing

/// A defect in an otherwise good file, and the error that it must give.
struct Defect: CustomTestStringConvertible, Sendable {
  let name: String
  let reason: FormatError.Reason
  let field: String
  let byteOffset: UInt64?
  /// Changes the file; checksums are made good again afterwards.
  let change: @Sendable (inout [UInt8]) -> Void
  var isResealed = true

  var testDescription: String { name }
}

@Suite struct ErrorTests {
  // The smallest model: CONF at 192, VOCB at 256, TDIR at 320, DATA at 1,344.
  static let conf = 192
  static let vocb = 256
  static let tdir = 320
  static let data = 1_344

  static func poke(_ offset: Int, _ bytes: UInt8...)
    -> @Sendable (
      inout [UInt8]
    ) -> Void
  {
    { file in file.replaceSubrange(offset..<offset + bytes.count, with: bytes) }
  }

  static let defects = [
    Defect(
      name: "magic", reason: .notACheckpoint, field: "header.magic",
      byteOffset: 0, change: poke(0, 0x88)),
    Defect(
      name: "text-mode damage", reason: .notACheckpoint, field: "header.magic",
      byteOffset: 0, change: { $0.remove(at: 4) }, isResealed: false),
    Defect(
      name: "major", reason: .unsupportedVersion, field: "header.major",
      byteOffset: 8, change: poke(8, 2)),
    Defect(
      name: "required feature", reason: .unsupportedVersion,
      field: "header.required_features", byteOffset: 12, change: poke(15, 1)),
    Defect(
      name: "header checksum", reason: .checksumMismatch,
      field: "header.header_crc32", byteOffset: 60, change: poke(60, 0, 0),
      isResealed: false),
    Defect(
      name: "file longer than said", reason: .trailingBytes,
      field: "header.file_length", byteOffset: 16, change: { $0.append(0) }),
    Defect(
      name: "file shorter than said", reason: .truncated,
      field: "header.file_length", byteOffset: 16,
      change: { $0.removeLast() }),
    Defect(
      name: "directory offset", reason: .wrongLayout,
      field: "header.directory_offset", byteOffset: 24, change: poke(24, 96)),
    Defect(
      name: "no sections", reason: .outOfRange, field: "header.section_count",
      byteOffset: 32, change: poke(32, 0)),
    Defect(
      name: "too many sections", reason: .outOfRange,
      field: "header.section_count", byteOffset: 32, change: poke(32, 65)),
    Defect(
      name: "header reserved", reason: .nonzeroPadding,
      field: "header.reserved", byteOffset: 44, change: poke(44, 1)),
    Defect(
      name: "tag of no letters", reason: .unknownCode,
      field: "directory[0].tag", byteOffset: 64, change: poke(64, 0x30)),
    Defect(
      name: "unknown critical section", reason: .unknownCode,
      field: "directory[0].tag", byteOffset: 64, change: poke(64, 0x51)),
    Defect(
      name: "sections out of order", reason: .wrongOrder,
      field: "directory[1].tag", byteOffset: 96,
      change: {
        $0.swapAt(64, 96); $0.swapAt(65, 97); $0.swapAt(66, 98)
        $0.swapAt(67, 99)
      }),
    Defect(
      name: "section twice", reason: .wrongOrder, field: "directory[1].tag",
      byteOffset: 96, change: poke(96, 0x43, 0x4f, 0x4e, 0x46)),
    Defect(
      name: "section flags", reason: .nonzeroPadding,
      field: "directory[1].flags", byteOffset: 101, change: poke(101, 4)),
    Defect(
      name: "section with a hole before it", reason: .wrongLayout,
      field: "directory[0].offset", byteOffset: 72, change: poke(73, 1)),
    Defect(
      name: "section past the end", reason: .wrongLayout,
      field: "directory[3].length", byteOffset: 176,
      change: poke(176, 255, 255, 255, 255, 255, 255, 255, 255)),
    Defect(
      name: "section too short for the next", reason: .wrongLayout,
      field: "directory[1].offset", byteOffset: 104, change: poke(81, 2)),
    Defect(
      name: "empty section", reason: .wrongLayout,
      field: "directory[1].length", byteOffset: 112, change: poke(112, 0)),
    Defect(
      name: "checksum of DATA", reason: .nonzeroPadding,
      field: "directory[3].crc32", byteOffset: 184, change: poke(184, 1)),
    Defect(
      name: "section reserved", reason: .nonzeroPadding,
      field: "directory[0].reserved", byteOffset: 92, change: poke(92, 1)),
    Defect(
      name: "padding between sections", reason: .nonzeroPadding,
      field: "padding", byteOffset: 230, change: poke(230, 9)),
    Defect(
      name: "padding between tensors", reason: .nonzeroPadding,
      field: "padding", byteOffset: 1_350, change: poke(1_350, 9)),
    Defect(
      name: "section checksum", reason: .checksumMismatch,
      field: "directory[1].crc32", byteOffset: 120,
      change: { file in
        file[vocb] = 0x62
        Reseal.header(&file)
      }, isResealed: false),
    Defect(
      name: "architecture", reason: .unknownCode, field: "CONF.architecture",
      byteOffset: 192, change: poke(conf, 2)),
    Defect(
      name: "activation", reason: .unknownCode, field: "CONF.activation",
      byteOffset: 196, change: poke(conf + 4, 2)),
    Defect(
      name: "tying", reason: .unknownCode, field: "CONF.tying",
      byteOffset: 200, change: poke(conf + 8, 1)),
    Defect(
      name: "no layers", reason: .outOfRange, field: "CONF.n_layer",
      byteOffset: 204, change: poke(conf + 12, 0)),
    Defect(
      name: "heads that do not divide", reason: .outOfRange,
      field: "CONF.n_head", byteOffset: 208, change: poke(conf + 16, 2)),
    Defect(
      name: "huge width", reason: .outOfRange, field: "CONF.n_embd",
      byteOffset: 212, change: poke(conf + 20, 0, 0, 0, 0x80)),
    Defect(
      name: "no block", reason: .outOfRange, field: "CONF.block_size",
      byteOffset: 216, change: poke(conf + 24, 0)),
    Defect(
      name: "vocabulary size", reason: .outOfRange, field: "CONF.vocab_size",
      byteOffset: 220, change: poke(conf + 28, 3)),
    Defect(
      name: "vocabulary that is not UTF-8", reason: .malformedText,
      field: "VOCB.characters", byteOffset: 256, change: poke(vocb, 0xff)),
    Defect(
      name: "another tensor's name", reason: .unexpected,
      field: "TDIR[0].name", byteOffset: 320, change: poke(tdir, 0x6d)),
    Defect(
      name: "empty name", reason: .malformedText, field: "TDIR[0].name",
      byteOffset: 320, change: poke(tdir, 0)),
    Defect(
      name: "control character in a name", reason: .malformedText,
      field: "TDIR[0].name", byteOffset: 320, change: poke(tdir + 1, 0x1b)),
    Defect(
      name: "bytes behind a name", reason: .nonzeroPadding,
      field: "TDIR[0].name", byteOffset: 367, change: poke(tdir + 47, 1)),
    Defect(
      name: "role", reason: .unknownCode, field: "TDIR[0].role",
      byteOffset: 368, change: poke(tdir + 48, 3)),
    Defect(
      name: "dtype", reason: .unknownCode, field: "TDIR[0].dtype",
      byteOffset: 369, change: poke(tdir + 49, 4)),
    Defect(
      name: "codec", reason: .unknownCode, field: "TDIR[0].codec",
      byteOffset: 370, change: poke(tdir + 50, 2)),
    Defect(
      name: "rank", reason: .outOfRange, field: "TDIR[0].rank",
      byteOffset: 371, change: poke(tdir + 51, 5)),
    Defect(
      name: "zero dimension", reason: .outOfRange, field: "TDIR[0].dims[0]",
      byteOffset: 376, change: poke(tdir + 56, 0)),
    Defect(
      name: "dimensions that overflow", reason: .outOfRange,
      field: "TDIR[0].dims[1]", byteOffset: 384,
      change: { file in
        poke(tdir + 56, 0, 0, 0, 0, 1)(&file)
        poke(tdir + 64, 0, 0, 0, 0, 1)(&file)
      }),
    Defect(
      name: "dimension beyond the rank", reason: .nonzeroPadding,
      field: "TDIR[0].dims[2]", byteOffset: 392, change: poke(tdir + 72, 1)),
    Defect(
      name: "shape of another model", reason: .outOfRange,
      field: "TDIR[0].dims", byteOffset: 376,
      change: { file in
        // 2 × 1 of f16 fill the bytes of 1 × 1 of f32.
        poke(tdir + 49, 3)(&file)
        poke(tdir + 56, 2)(&file)
      }),
    Defect(
      name: "tensor offset", reason: .wrongLayout, field: "TDIR[0].offset",
      byteOffset: 408, change: poke(tdir + 88, 0x41)),
    Defect(
      name: "stored length", reason: .wrongLayout,
      field: "TDIR[0].stored_length", byteOffset: 416,
      change: poke(tdir + 96, 8)),
    Defect(
      name: "stored length beyond DATA", reason: .wrongLayout,
      field: "TDIR[0].stored_length", byteOffset: 416,
      change: poke(tdir + 103, 0xff)),
    Defect(
      name: "decoded length", reason: .wrongLayout,
      field: "TDIR[0].decoded_length", byteOffset: 424,
      change: poke(tdir + 104, 8)),
  ]

  @Test(arguments: defects)
  func aDefectGivesItsError(defect: Defect) throws {
    var file = try Models.file(Models.manifest())
    defect.change(&file)
    if defect.isResealed { Reseal.all(&file) }
    #expect {
      try Checkpoint(bytes: file)
    } throws: { error in
      guard case .format(let error)? = error as? CheckpointError else {
        return false
      }
      #expect(error.reason == defect.reason)
      #expect(error.field == defect.field)
      #expect(error.byteOffset == defect.byteOffset)
      #expect(!error.found.isEmpty && !error.expected.isEmpty)
      return true
    }
  }

  @Test func sentencesSayWhatWasFoundAndExpected() throws {
    var file = try Models.file(Models.manifest())
    file.removeLast(4)
    #expect {
      try Checkpoint(bytes: file)
    } throws: { error in
      "\(error)" == "header.file_length at byte 16: found a file of"
        + " \(file.count) bytes, expected \(file.count + 4)"
    }
  }

  @Test func missingAndSurplusTensorsAreNamed() throws {
    var manifest = try Models.manifest()
    manifest.tensors.removeLast()
    #expect {
      try CheckpointWriter(manifest)
    } throws: { error in
      "\(error)" == "TDIR: found 8 tensors, expected 9, next weight wte"
    }
    manifest = try Models.manifest()
    manifest.tensors.append(manifest.tensors[8])
    #expect {
      try CheckpointWriter(manifest)
    } throws: { error in
      "\(error)".hasPrefix("TDIR[9].name: found weight “wte”")
    }
    // Moments without training state, and the reverse.
    manifest = try Models.manifest()
    manifest.trainingState = try Properties([
      "step": .integers([1]), "planned_steps": .integers([1]),
    ])
    #expect {
      try CheckpointWriter(manifest)
    } throws: { error in
      "\(error)".contains("next adam_m layer0.attn_wk")
    }
  }
}

@Suite struct EmptyPartTests {
  /// A section has at least one byte, so what would be empty is refused.
  @Test func emptyPartsAreRefused() throws {
    var manifest = try Models.manifest()
    manifest.metadata = try Properties()
    #expect {
      try CheckpointWriter(manifest)
    } throws: { error in
      "\(error)"
        == "mETa: found no entries, expected at least one, or no section"
    }
    manifest = try Models.manifest()
    manifest.otherSections = [OtherSection(tag: "abcd", bytes: [])]
    #expect {
      try CheckpointWriter(manifest)
    } throws: { error in
      "\(error)" == "section “abcd”: found no bytes, expected at least one"
    }
  }
}

@Suite struct PropertiesTests {
  @Test(arguments: [
    ("", Properties.Value.text("a")), ("Title", .text("a")),
    (String(repeating: "a", count: 65), .text("a")), ("a", .text("\u{1b}")),
    ("a", .integers([])), ("a", .numbers([])), ("a", .numbers([.nan])),
    ("a", .text(String(repeating: "a", count: 1 << 20 + 1))),
  ])
  func badOnesAreRefused(key: String, value: Properties.Value) {
    #expect(throws: InvalidProperty.self) { try Properties([key: value]) }
  }
}
