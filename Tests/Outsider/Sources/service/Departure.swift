extension NameService {
  /// Answers a request unless its connection closes before.
  ///
  /// - Parameters:
  ///   - request: The request.
  ///   - onClose: Has a closure called when the connection closes.
  func respond(
    to request: NameRequest,
    onClose: (@escaping @Sendable () -> Void) -> Void
  ) async throws -> NameResponse {
    let work = Task { try await respond(to: request) }
    onClose { work.cancel() }
    return try await withTaskCancellationHandler {
      try await work.value
    } onCancel: {
      work.cancel()
    }
  }
}
