#if Server
import Dispatch
import MicroGPTCommandLine
import MicroGPTFormat
import MicroGPTParallel
import MicroGPTSampler
import MicroGPTServer

extension ServeCommand {
  /// Loads the models and serves them until a signal comes.
  func serve() throws {
    try CommandFailure.usage(InstructionSet.validateEnvironment)
    let models = try catalog()
    // Of event loops, of generation and of tasks one a processor, and a few
    // more; the frameworks trap or wait for ever where one cannot be started.
    try OutOfMemory.checkThreads(
      3 * WorkerPool.processorCount + 4, for: "what threads reserve")
    let names = models.names.joined(separator: ", ")
    let service = TextService(models: models)
    try runToEnd { [host, port] in
      do {
        try await service.run(host: host, port: port) { url in
          StandardError.write("serving \(names) on \(url)\n")
        }
      } catch let error as TextService.ListeningError {
        throw CommandFailure.unavailable("\(error)")
      }
    }
  }

  private func catalog() throws(CommandFailure) -> ModelCatalog {
    do {
      return try ModelCatalog(files: files)
    } catch {
      switch error {
      case .duplicateName(let name, let files):
        throw .usage(
          "\(files.joined(separator: " and ")) would both be served as"
            + " “\(name)”; rename one of them")
      case .unreadable(let error, let file):
        throw .reading(error, file)
      }
    }
  }

  /// Runs asynchronous work while the main thread waits for it.
  private func runToEnd(
    _ work: @escaping @Sendable () async throws -> Void
  ) throws {
    final class Outcome: @unchecked Sendable {
      var error: (any Error)?  // written before the signal, read after it
    }
    let outcome = Outcome()
    let finished = DispatchSemaphore(value: 0)
    Task.detached {
      do { try await work() } catch { outcome.error = error }
      finished.signal()
    }
    finished.wait()
    if let error = outcome.error { throw error }
  }
}
#endif
