extension NameService {
  /// Answers a request unless its connection closes before, at which `onClose`
  /// has what it is given called.
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
