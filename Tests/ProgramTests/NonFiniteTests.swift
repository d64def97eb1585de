import Foundation
import MicroGPTFormat
import Testing

/// What programs make of weights that are not finite (spec: section 14.7).
@Suite struct NonFiniteTests {
  /// Each of these is refused by whoever computes with it, and accepted by
  /// whoever does not.
  @Test(arguments: [
    (ElementType.f32, Codec.raw, Double.nan, "nan"),
    (.f32, .zlib, -Double.infinity, "-inf"),
    (.f64, .zlib, 1e300, "1e+300"),
    (.f64, .raw, .infinity, "inf"),
    (.bf16, .raw, .infinity, "inf"),
    (.f16, .zlib, .nan, "nan"),
  ])
  func aWeightIsRefusedByName(
    type: ElementType, codec: Codec, value: Double, word: String
  ) throws {
    let folder = try Folder()
    try folder.write("a.txt", "anna\nbob\n")
    try folder.writeModel(
      "bad.mgpt", elementType: type, codec: codec,
      poison: Folder.Poison(tensor: "layer0.attn_wq", index: 130, value: value))
    let calls =
      [
        ("mgpt-sample", ["bad.mgpt", "-n", "3"]),
        ("mgpt-sample", ["bad.mgpt", "--stream", "--slide"]),
        ("mgpt-sample", ["bad.mgpt", "--json", "--threads", "2"]),
        (
          "mgpt-train",
          ["--init-from", "bad.mgpt", "--data", "a.txt", "-o", "new.mgpt"]
        ),
      ] + Program.server.map { ($0, ["bad.mgpt", "--port", "0"]) }
    for (program, arguments) in calls {
      let outcome = try Program.run(program, arguments, in: folder)
      #expect(outcome.code == 65, "\(program) \(arguments)")
      #expect(outcome.output.isEmpty)
      #expect(
        lines(outcome.diagnostics).last?.hasPrefix(
          "\(program): error: bad.mgpt: layer0.attn_wq[130] is \(word),"
            + " expected a finite number") == true, "\(outcome.diagnostics)")
    }
    #expect(try folder.names == ["a.txt", "bad.mgpt"])

    let verified = try Program.run(
      "mgpt-inspect", ["verify", "bad.mgpt"], in: folder)
    #expect(verified.code == 0 && verified.diagnostics.isEmpty)
    #expect(verified.output.hasPrefix("bad.mgpt: ok, 9 tensors, "))
    #expect(
      verified.output.contains(
        "; 1 element not finite, the first layer0.attn_wq[130] = "))
    let shown = try Program.run("mgpt-inspect", ["bad.mgpt"], in: folder)
    #expect(shown.code == 0)
    #expect(shown.output.contains("layer0.attn_wq[130] = "))
    let json = try Program.run(
      "mgpt-inspect", ["bad.mgpt", "--json"], in: folder)
    #expect(json.output.contains("\"first_index\" : 130"))

    // A conversion hands it on.
    for name in ["bad.json", "back.mgpt"] {
      let source = name == "bad.json" ? "bad.mgpt" : "bad.json"
      #expect(
        try Program.run("mgpt-convert", [source, name], in: folder).code == 0)
    }
    #expect(try folder.data("back.mgpt") == folder.data("bad.mgpt"))
  }

  @Test func aFiniteModelGetsNoRemark() throws {
    let folder = try Folder()
    try folder.writeModel("good.mgpt")
    for arguments in [
      ["verify", "good.mgpt"], ["good.mgpt"], ["good.mgpt", "--json"],
    ] {
      let outcome = try Program.run("mgpt-inspect", arguments, in: folder)
      #expect(outcome.code == 0 && !outcome.output.contains("finite"))
    }
  }

  /// A run goes on from weights and moments alike.
  @Test func aRunDoesNotGoOnFromThem() throws {
    let folder = try Folder()
    try folder.train("run.mgpt", ["--codec", "raw"])
    let file = folder.url.appending(path: "run.mgpt").path
    for role in TensorRole.allCases {
      let checkpoint = try Checkpoint(path: file)
      let bad = MemoryFile()
      let writer = try CheckpointWriter(checkpoint.manifest, to: bad)
      for (index, tensor) in checkpoint.manifest.tensors.enumerated() {
        var elements = try checkpoint.floats(ofTensorAt: index)
        if tensor.role == role && tensor.name == "wte" { elements[3] = .nan }
        try writer.append(elements)
      }
      try writer.finish()
      try folder.write("bad.mgpt", Data(bad.bytes))
      let outcome = try Program.run(
        "mgpt-train",
        ["--resume", "bad.mgpt", "--data", "tiny.txt", "--extend", "2"],
        in: folder)
      #expect(outcome.code == 65)
      let owner = role == .weight ? "" : " (\(role.name))"
      #expect(
        lines(outcome.diagnostics).last
          == "mgpt-train: error: bad.mgpt: wte[3]\(owner) is nan, expected a"
          + " finite number")
    }
  }

  /// Finite weights, but too large: the texts end in an error, not in nonsense.
  @Test func logitsThatAreNotFiniteAreAnError() throws {
    let folder = try Folder()
    try folder.writeModel(
      "larger.mgpt",
      poison: Folder.Poison(
        tensor: "lm_head", index: 0, value: 3e38, count: 16))
    for arguments in [
      ["-n", "2"], ["--stream", "--slide"], ["--json"], ["--unique"],
      ["--temperature", "0", "--slide", "--max-length", "1000000000"],
    ] {
      let outcome = try Program.run(
        "mgpt-sample", ["larger.mgpt"] + arguments, in: folder)
      #expect(outcome.code == 65, "\(arguments)")
      #expect(
        lines(outcome.diagnostics).last?.hasPrefix(
          "mgpt-sample: error: larger.mgpt: the model gives a logit that is"
            + " not finite at position 0 of the text with index 0") == true,
        "\(outcome.diagnostics)")
    }
  }
}
