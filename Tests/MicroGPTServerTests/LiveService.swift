#if Server
import Foundation
import MicroGPTSampler
import Testing

@testable import MicroGPTServer

/// The checkpoint in Fixtures.
let namesFile = URL(fileURLWithPath: #filePath)
  .deletingLastPathComponent().deletingLastPathComponent()
  .deletingLastPathComponent().appending(path: "Fixtures/names.mgpt").path

/// Runs a service in this process on a free port, and ends it.
func withService<Value>(
  _ limits: ServiceLimits = ServiceLimits(), files: [String] = [namesFile],
  _ body: (Client, TextService) async throws -> Value
) async throws -> Value {
  let service = TextService(
    models: try ModelCatalog(files: files), limits: limits)
  let (urls, continuation) = AsyncStream<String>.makeStream()
  let group = service.group(host: "127.0.0.1", port: 0) {
    continuation.yield($0)
  }
  async let run: Void = {
    defer { continuation.finish() }
    try await group.run()
  }()
  var iterator = urls.makeAsyncIterator()
  let port = await iterator.next()?.split(separator: ":").last
  let client = Client(port: try #require(port.flatMap { Int($0) }))
  let result: Result<Value, any Error>
  do {
    result = .success(try await body(client, service))
  } catch {
    result = .failure(error)
  }
  await group.triggerGracefulShutdown()
  try await run
  return try result.get()
}

/// The same for who needs but a client.
func withService<Value>(
  _ limits: ServiceLimits = ServiceLimits(),
  _ body: (Client) async throws -> Value
) async throws -> Value {
  try await withService(limits) { client, _ in try await body(client) }
}

/// What a service must answer, made with the library.
func expectedBody(
  _ prompt: String, count: Int, options: GenerationOptions, seed: UInt64
) throws -> String {
  let model = try LanguageModel(path: namesFile)
  var options = options
  options.seed = seed
  let samples = try (0..<count).map { index in
    let sample = try model.generate(
      prompt: prompt, options: options, index: UInt64(index))
    let reason = sample.finishReason == .stop ? "stop" : "length"
    return #"{"continuation":"\#(sample.continuation)","#
      + #""finish_reason":"\#(reason)","#
      + #""text":"\#(prompt)\#(sample.continuation)","#
      + #""tokens":\#(sample.continuation.count)}"#
  }
  return #"{"model":"names","samples":[\#(samples.joined(separator: ","))],"#
    + #""seed":\#(seed)}"#
}

/// The body of an error.
func errorBody(
  _ message: String, parameter: String? = nil,
  type: String = "invalid_request"
) -> String {
  let parameter = parameter.map { #""\#($0)""# } ?? "null"
  return #"{"error":{"message":"\#(message)","param":\#(parameter),"#
    + #""type":"\#(type)"}}"#
}
#endif
