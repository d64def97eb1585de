import Foundation
import Testing

/// Runs that cannot be saved where they should be.
@Suite(.timeLimit(.minutes(3))) struct RescueTests {
  private let folder: Folder
  private let files = FileManager.default
  private let data = ["--data", "tiny.txt", "--n-embd", "8", "--samples", "0"]
  /// A run that lasts until it is told to end.
  private let endless = ["--steps", "100000000", "--schedule", "constant"]

  init() throws {
    folder = try Folder()
    try folder.write("tiny.txt", "anna\nbob\nclara\ndan\neve\nfinn\ngrace\n")
  }

  private func path(_ name: String) -> String {
    folder.url.appending(path: name).path
  }

  private func makeFolder(_ name: String) throws {
    try files.createDirectory(
      atPath: path(name), withIntermediateDirectories: true)
  }

  private func start(
    _ arguments: [String], temporary: String = "tmp"
  ) throws -> RunningProgram {
    try makeFolder(temporary)
    return try RunningProgram(
      "mgpt-train", data + arguments, in: folder,
      environment: ["TMPDIR": path(temporary), "HOME": path("home")])
  }

  /// Trains two more steps from a file, whatever its number of steps.
  private func expectGoesOn(_ file: String) throws {
    func resume(_ stop: Int) throws -> Program.Outcome {
      try Program.run(
        "mgpt-train",
        [
          "--data", "tiny.txt", "--resume", file, "--extend", "9",
          "--stop-after", "\(stop)", "--samples", "0", "-o", "on.mgpt",
          "--force",
        ], in: folder)
    }
    let refused = try resume(1)
    #expect(refused.code == 64)
    let words = try #require(
      refused.diagnostics.firstMatch(
        of: #/expected more than the ([0-9,]+) steps/#),
      "\(refused.diagnostics)")
    let step = try #require(
      Int(words.output.1.filter { $0 != "," }))
    let resumed = try resume(step + 2)
    #expect(resumed.code == 0, "\(resumed.diagnostics)")
  }

  /// Ends a run of gone/a.mgpt when its folder is no more.
  private func end(_ run: RunningProgram, code: Int32 = 73) throws -> String {
    try run.wait(for: "step         3/")
    try files.removeItem(atPath: path("gone"))
    run.send(SIGTERM)
    #expect(run.end() == code)
    return try run.diagnostics
  }

  @Test func takenNamesArePassedOver() throws {
    try makeFolder("gone")
    let run = try start(["-o", "gone/a.mgpt"] + endless)
    for number in 1...120 { try makeFolder("tmp/a.rescued-\(number).mgpt") }
    try folder.write("tmp/a.rescued-121.mgpt", "precious")
    try makeFolder("tmp/a.rescued-122.mgpt.partial")
    let said = try end(run)
    let rescued = path("tmp/a.rescued-123.mgpt")
    #expect(
      said.contains("; the run was saved as \(rescued) instead; to go on"))
    #expect(said.hasSuffix(" --data tiny.txt --resume \(rescued)\n"))
    try expectGoesOn(rescued)
    #expect(
      try folder.data("tmp/a.rescued-121.mgpt") == Data("precious".utf8))
  }

  /// Another process writes that very name at the moment.
  @Test func aNameThatIsBeingWrittenIsPassedOver() throws {
    try makeFolder("gone")
    let run = try start(["-o", "gone/a.mgpt"] + endless)
    let lock = try Lock(path("tmp/a.rescued-1.mgpt.partial"))
    let said = try end(run)
    #expect(said.contains(path("tmp/a.rescued-2.mgpt")))
    lock.release()
  }

  /// What is no folder, or is full, is left for the next.
  @Test func placesAreTriedInTurn() throws {
    try makeFolder("gone")
    try folder.write("file", "no folder")
    try makeFolder("empty")
    let run = try RunningProgram(
      "mgpt-train", data + ["-o", "gone/a.mgpt"] + endless, in: folder,
      environment: ["TMPDIR": path("file")])
    let said = try end(run)
    let words = try #require(
      said.firstMatch(of: #/saved as (\/\S+\.rescued-\d+\.mgpt) instead/#))
    try expectGoesOn(String(words.output.1))
    try files.removeItem(atPath: String(words.output.1))
  }

  /// A long name leaves no space for an end; the file is taken meanwhile.
  @Test func itIsSavedBesideATargetThatIsTakenMeanwhile() throws {
    let name = String(repeating: "n", count: 230) + ".mgpt"
    let run = try start(["-o", name] + endless)
    try run.wait(for: "step         3/")
    try folder.write(name, "precious")
    run.send(SIGINT)
    #expect(run.end() == 73)
    let rescued = String(repeating: "n", count: 120) + ".rescued-1.mgpt"
    #expect(try run.diagnostics.contains("saved as \(rescued) instead"))
    #expect(try folder.data(name) == Data("precious".utf8))
    try expectGoesOn(rescued)
  }

  /// Where no folder takes it, all are named with the reason.
  @Test func whatCannotBeSavedAnywhereIsSaid() throws {
    let script = try Process.sh(
      "ulimit -f 8; exec \"$0\" \"$@\" 2>&1",
      [try Program.url("mgpt-train").path] + data
        + ["--steps", "3", "--n-embd", "32"], in: folder)
    #expect(script.code == 74)
    let last = try #require(lines(script.output).last)
    #expect(
      last.hasPrefix("mgpt-train: error: tiny.mgpt: cannot write: "), "\(last)")
    #expect(last.contains("; nor could the run be saved elsewhere: . (cannot"))
    #expect(last.contains(", /"), "\(last)")
    #expect(try folder.names == ["tiny.txt"])
  }

  // MARK: - Targets in use

  @Test func aTargetInUseIsRefusedBeforeTraining() throws {
    let run = try start(
      ["-o", "a.mgpt", "--validation-share", "0.3", "--save-every", "5000"]
        + endless)
    try run.wait(for: "step         3/")
    for options in [
      ["-o", "a.mgpt", "--force"], ["-o", "./a.mgpt", "--force"],
      // The best model of both would be a.best.mgpt.
      ["-o", "a.other", "--validation-share", "0.3", "--force"],
    ] {
      let other = try Program.run(
        "mgpt-train", data + ["--steps", "3"] + options, in: folder)
      #expect(other.code == 73)
      #expect(
        other.diagnostics.contains("another program is writing this file"),
        "\(other.diagnostics)")
      #expect(lines(other.diagnostics).count == 1)
    }
    run.send(SIGINT)
    #expect(run.end() == 130)
    #expect(try folder.names.filter { $0.hasSuffix(".partial") } == [])
    try expectGoesOn("a.mgpt")
  }

  @Test func whatAKilledRunLeftHoldsUpNobody() throws {
    let run = try start(["-o", "a.mgpt"] + endless)
    try run.wait(for: "step         3/")
    run.send(SIGKILL)
    #expect(run.end() == -SIGKILL)
    let other = try Program.run(
      "mgpt-train", data + ["--steps", "3", "-o", "a.mgpt"], in: folder)
    #expect(other.code == 0, "\(other.diagnostics)")
    #expect(try folder.names == ["a.mgpt", "tiny.txt", "tmp"])
  }

  @Test func aBusyTargetIsWaitedFor() throws {
    let run = try start(
      ["-o", "a.mgpt", "--steps", "100000000", "--stop-after", "3000"])
    try run.wait(for: "step         3/")
    try files.removeItem(atPath: path("a.mgpt.partial"))
    let lock = try Lock(path("a.mgpt.partial"))
    try run.wait(for: "warning: another program is writing a.mgpt, waiting for")
    lock.release()
    #expect(run.end() == 0)
    try expectGoesOn("a.mgpt")
  }

  @Test func aSignalEndsTheWaitButNotTheRescue() throws {
    let run = try start(
      ["-o", "a.mgpt", "--steps", "100000000", "--stop-after", "3000"])
    try run.wait(for: "step         3/")
    try files.removeItem(atPath: path("a.mgpt.partial"))
    let lock = try Lock(path("a.mgpt.partial"))
    try run.wait(for: "warning: another program is writing a.mgpt, waiting for")
    run.send(SIGINT)
    #expect(run.end() == 73)
    #expect(
      try run.diagnostics.contains("saved as a.rescued-1.mgpt instead; to go"))
    try expectGoesOn("a.rescued-1.mgpt")
    lock.release()
  }

  /// Each of them is refused, saved, or saved elsewhere.
  @Test func ofManyRunsToOneTargetNoneIsLost() throws {
    let runs = try (1...8).map { seed in
      try start(
        [
          "-o", "a.mgpt", "--steps", "30", "--seed", "\(seed)", "--force",
        ])
    }
    var savedCount = 0
    for run in runs {
      let code = run.end()
      let said = try run.diagnostics
      #expect([0, 73].contains(code), "\(said)")
      if code == 0 {
        savedCount += 1
      } else if let words = said.firstMatch(
        of: #/saved as (\S+) instead/#)
      {
        try expectGoesOn(String(words.output.1))
      } else {
        #expect(said.contains("another program is writing this file"))
        #expect(!said.contains("step  1/30"))
      }
    }
    #expect(savedCount >= 1)
  }

  /// The best model would be lost with the next step.
  @Test func theBestModelIsRescuedToo() throws {
    let run = try start(
      [
        "-o", "a.mgpt", "--validation-share", "0.3", "--validation-every",
        "2000", "--stop-after", "2001",
      ] + endless)
    try run.wait(for: "step         3/")
    try files.removeItem(atPath: path("a.best.mgpt.partial"))
    try makeFolder("a.best.mgpt.partial")
    #expect(run.end() == 0)
    let said = try run.diagnostics
    #expect(said.contains("warning: the best model could not be saved after"))
    #expect(said.contains("; it was saved as a.best.rescued-1.mgpt instead\n"))
    #expect(said.contains("best model: a.best.rescued-1.mgpt, validation "))
  }

  @Test func aFolderThatCannotHaveALogIsFoundFirst() throws {
    try makeFolder("folder")
    for (log, words) in [
      (
        "no/where.jsonl",
        "no/where.jsonl: cannot create: there is no folder “no”"
      ),
      ("folder", "folder: cannot create: Is a directory"),
      (
        "tiny.txt/run.jsonl",
        "tiny.txt/run.jsonl: cannot create: “tiny.txt” is no folder"
      ),
    ] {
      let outcome = try Program.run(
        "mgpt-train", data + ["--log", log, "--steps", "3"], in: folder)
      #expect(outcome.code == 73)
      #expect(
        outcome.diagnostics.hasPrefix("mgpt-train: error: \(words)"),
        "\(outcome.diagnostics)")
      #expect(lines(outcome.diagnostics).count == 1)
    }
  }
}

/// A file that somebody else has locked, as a writer has.
private final class Lock {
  private let descriptor: Int32
  private let path: String

  init(_ path: String) throws {
    self.path = path
    descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o666)
    try #require(descriptor >= 0)
    try #require(flock(descriptor, LOCK_EX | LOCK_NB) == 0)
  }

  func release() {
    unlink(path)
    close(descriptor)
  }
}

extension Process {
  /// Runs a script: its exit code and what it says on standard output.
  fileprivate static func sh(
    _ script: String, _ arguments: [String], in folder: Folder
  ) throws -> (code: Int32, output: String) {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/bin/sh")
    process.arguments = ["-c", script] + arguments
    process.currentDirectoryURL = folder.url
    process.standardInput = FileHandle.nullDevice
    let pipe = Pipe()
    process.standardOutput = pipe
    try process.run()
    let bytes = pipe.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    return (process.terminationStatus, String(decoding: bytes, as: UTF8.self))
  }
}
