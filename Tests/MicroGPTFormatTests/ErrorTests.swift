import MicroGPTFormat
import Testing

@Suite struct ErrorTests {
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
      try CheckpointWriter(manifest, to: MemoryFile())
    } throws: { error in
      "\(error)" == "TDIR: found 8 tensors, expected 9, next weight wte"
    }
    manifest = try Models.manifest()
    manifest.tensors.append(manifest.tensors[8])
    #expect {
      try CheckpointWriter(manifest, to: MemoryFile())
    } throws: { error in
      "\(error)".hasPrefix("TDIR[9].name: found weight “wte”")
    }
    // Moments without training state, and the reverse.
    manifest = try Models.manifest()
    manifest.trainingState = try Properties([
      "step": .integers([1]), "planned_steps": .integers([1]),
    ])
    #expect {
      try CheckpointWriter(manifest, to: MemoryFile())
    } throws: { error in
      "\(error)".contains("next adam_m layer0.attn_wk")
    }
  }
}

@Suite struct EmptyPartTests {
  /// A section has at least one byte, so what would be empty is refused.
  @Test func emptyPartsAreRefused() throws {
    var manifest = try Models.manifest()
    manifest.metadata = Properties()
    #expect {
      try CheckpointWriter(manifest, to: MemoryFile())
    } throws: { error in
      "\(error)"
        == "mETa: found no entries, expected at least one, or no section"
    }
    manifest = try Models.manifest()
    manifest.unknownSections = [UnknownSection(tag: "abcd", bytes: [])]
    #expect {
      try CheckpointWriter(manifest, to: MemoryFile())
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
    #expect(throws: PropertyError.self) { try Properties([key: value]) }
  }
}
