import Foundation
import Testing

/// Real signals to real runs.
@Suite(.timeLimit(.minutes(2))) struct SignalTests {
  private let folder: Folder
  private let options = [
    "--data", "tiny.txt", "--n-embd", "8", "--samples", "0",
  ]
  /// More steps than there is time for.
  private let endless = ["--steps", "100000000", "--schedule", "constant"]

  init() throws {
    folder = try Folder()
    try folder.write("tiny.txt", "anna\nbob\nclara\ndan\neve\n")
  }

  private func run(_ arguments: [String]) throws -> RunningProgram {
    try RunningProgram("mgpt-train", options + arguments, in: folder)
  }

  /// The steps that a checkpoint has done.
  private func steps(_ name: String) throws -> Int {
    let shown = try Program.run(
      "mgpt-inspect", [name, "--json"], in: folder)
    try #require(shown.code == 0, "\(shown.diagnostics)")
    let json = try #require(
      try JSONSerialization.jsonObject(with: Data(shown.output.utf8))
        as? [String: Any])
    let state = try #require(json["training"] as? [String: Any])
    let step = try #require(
      state["step"] as? Int ?? (state["step"] as? String).flatMap { Int($0) }
        ?? (state["step"] as? [Any])?.first.flatMap { Int("\($0)") })
    return step
  }

  /// Resumes a run for some more steps, and trains as many at a stretch.
  private func expectGoesOn(_ name: String, _ more: [String]) throws {
    let stop = "\(try steps(name) + 5)"
    let resumed = try Program.run(
      "mgpt-train",
      ["--data", "tiny.txt", "--resume", name, "--stop-after", stop],
      in: folder)
    #expect(resumed.code == 0, "\(resumed.diagnostics)")
    let whole = try Program.run(
      "mgpt-train",
      options + endless + more + ["-o", "whole.mgpt", "--stop-after", stop],
      in: folder)
    #expect(whole.code == 0)
    #expect(try folder.data(name) == folder.data("whole.mgpt"))
  }

  @Test(arguments: [SIGINT, SIGTERM])
  func aSignalEndsTheRunAfterItsStep(signal: Int32) throws {
    let run = try run(endless + ["-o", "a.mgpt", "--dropout", "0.1"])
    try run.wait(for: "step         3/")
    run.send(signal)
    #expect(run.end() == 128 + signal)
    let step = try steps("a.mgpt")
    #expect(step >= 3)
    let said = lines(try run.diagnostics)
    #expect(
      said.last?.hasPrefix(
        "mgpt-train: stopped after step \(step) of 100000000, saved in a.mgpt;"
          + " to go on: ") ?? false)
    #expect(said.last?.hasSuffix(" --data tiny.txt --resume a.mgpt") ?? false)
    #expect(try folder.names == ["a.mgpt", "tiny.txt"])
    try expectGoesOn("a.mgpt", ["--dropout", "0.1"])
  }

  @Test func aKilledRunGoesOnFromItsLastSave() throws {
    let run = try run(endless + ["-o", "a.mgpt", "--save-every", "7"])
    while try !folder.names.contains("a.mgpt") { usleep(2000) }
    usleep(20_000)
    run.send(SIGKILL)
    #expect(run.end() == -SIGKILL)
    #expect(try steps("a.mgpt").isMultiple(of: 7))
    try expectGoesOn("a.mgpt", [])
    // What the kill left of a save is gone with the next.
    #expect(
      try folder.names.filter { $0.hasSuffix(".partial") } == [])
  }

  /// Both signals are there before the program runs on, so that the second
  /// comes within the step at hand.
  @Test func aSecondSignalEndsTheRunAtOnce() throws {
    let run = try run(endless + ["-o", "a.mgpt", "--save-every", "50"])
    while try !folder.names.contains("a.mgpt") { usleep(2000) }
    run.send(SIGSTOP)
    usleep(20_000)
    run.send(SIGTERM)
    run.send(SIGINT)
    run.send(SIGCONT)
    let code = run.end()
    #expect([130, 143].contains(code), "\(code)")
    #expect(try !run.diagnostics.contains("stopped after"))
    #expect(try steps("a.mgpt").isMultiple(of: 50))
  }

  @Test func aSignalThatIsIgnoredStaysIgnored() throws {
    let script = """
      trap '' INT
      "$0" --data tiny.txt --samples 0 --steps 3000 -o a.mgpt &
      while ! grep -q 'step    3' err; do sleep 0.01; done
      kill -INT $!
      wait $!
      """
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/bin/sh")
    process.arguments = [
      "-c", script, try Program.url("mgpt-train").path,
    ]
    process.currentDirectoryURL = folder.url
    try folder.write("err", "")
    process.standardError = try FileHandle(
      forWritingTo: folder.url.appending(path: "err"))
    try process.run()
    process.waitUntilExit()
    #expect(process.terminationStatus == 0)
    #expect(try steps("a.mgpt") == 3000)
  }
}
