import Foundation
import Testing

@Suite struct BenchTests {
  /// The JSON of a run.
  private struct Report: Decodable {
    struct Spread: Decodable {
      let low, median, high: Double?
    }

    struct Work: Decodable {
      let group, name: String
      let threads: Int
      let unit, rateUnit: String
      let figure, rate: Spread
      let limit: String?
      let ofLimit, speedUp: Spread?
      let seconds, processorSeconds: [Double]
    }

    let kernels: String
    let processors, rounds: Int
    let quick: Bool
    let presence: Double
    let notes: [String]
    let works: [Work]
  }

  private func report(
    _ arguments: [String], in folder: Folder
  ) throws -> Report {
    let outcome = try Program.run(
      "mgpt-bench", arguments + ["--quick", "--json"], in: folder,
      environment: ["MICROGPT_KERNELS": "baseline"])
    try #require(outcome.code == 0, "\(outcome.diagnostics)")
    #expect(outcome.diagnostics.isEmpty)
    let decoder = JSONDecoder()
    decoder.keyDecodingStrategy = .convertFromSnakeCase
    return try decoder.decode(
      Report.self, from: Data(outcome.output.utf8))
  }

  @Test func everythingIsMeasuredBesideItsLimit() throws {
    let report = try report(
      ["--rounds", "2", "--threads", "3"], in: try Folder())
    #expect(report.kernels == "baseline" && report.rounds == 2 && report.quick)
    #expect(report.processors >= 1 && !report.notes.isEmpty)
    #expect(report.presence > 0)
    let limits = Set(report.works.filter { $0.group == "limits" }.map(\.name))
    #expect(limits == ["multiply-adds", "weights read", "zlib's crc32"])
    for work in report.works {
      #expect(work.seconds.count == 2 && work.processorSeconds.count == 2)
      #expect((work.group == "limits") == (work.limit == nil), "\(work.name)")
      #expect((work.ofLimit == nil) == (work.limit == nil), "\(work.name)")
      #expect((work.speedUp == nil) == (work.threads == 1), "\(work.name)")
      if let limit = work.limit { #expect(limits.contains(limit)) }
      if let low = work.figure.low, let high = work.figure.high {
        #expect(low <= high && low >= 0)
      }
    }
    func threads(_ group: String, _ name: String) -> [Int] {
      report.works.filter { $0.group == group && $0.name == name }.map(
        \.threads)
    }
    #expect(threads("training", "default model, 1 document") == [1])
    #expect(threads("training", "default model, 16 documents") == [1])
    #expect(threads("training", "default model, 64 documents") == [1, 2, 3])
    #expect(threads("training", "larger model") == [1, 2, 3])
    #expect(threads("sampling", "default model, alone") == [1])
    #expect(threads("sampling", "default model, one prompt") == [1, 2, 3])
    #expect(threads("codec", "compress") == [1, 2, 3])
    #expect(report.works.count { $0.group == "matrix products" } == 12)
  }

  @Test(arguments: [
    ("train", ["limits", "training"]),
    ("kernels", ["limits", "matrix products"]),
    ("sample", ["limits", "sampling"]), ("codec", ["limits", "codec"]),
  ])
  func aPartAloneIsMeasured(subcommand: String, groups: [String]) throws {
    let report = try report(
      [subcommand, "--rounds", "1", "--threads", "1"], in: try Folder())
    #expect(Set(report.works.map(\.group)) == Set(groups))
  }

  @Test func aCheckpointIsMeasured() throws {
    let folder = try Folder()
    try folder.train("a.mgpt")
    let outcome = try Program.run(
      "mgpt-bench",
      ["codec", "a.mgpt", "--rounds", "1", "--threads", "3", "--quick"],
      in: folder)
    #expect(outcome.code == 0 && outcome.diagnostics.isEmpty)
    for words in ["ratio 1.", "× zlib's crc32", "compress", "verify raw"] {
      #expect(outcome.output.contains(words), "\(outcome.output)")
    }
    // On one thread, two and three.
    let threads = lines(outcome.output).filter { $0.contains("verify raw") }
      .map { $0.split(separator: " ")[2] }
    #expect(threads == ["1", "2", "3"])
  }

  @Test func badFilesAreNamed() throws {
    let folder = try Folder()
    try folder.write("a.mgpt", "no model")
    let bad = try Program.run("mgpt-bench", ["codec", "a.mgpt"], in: folder)
    #expect(bad.code == 65 && bad.diagnostics.contains("a.mgpt: this is not"))
    let none = try Program.run("mgpt-bench", ["codec", "b.mgpt"], in: folder)
    #expect(none.code == 66)
  }
}
