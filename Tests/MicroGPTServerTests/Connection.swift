import Foundation

/// A connection to a service on this machine, whose calls block.
final class Connection {
  private let descriptor: Int32

  /// Connects; a call that takes longer than 30 s fails.
  init(port: Int) throws {
    signal(SIGPIPE, SIG_IGN)  // a service may close while it is sent to
    #if canImport(Glibc)
    descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    #else
    descriptor = socket(AF_INET, SOCK_STREAM, 0)
    #endif
    var patience = timeval(tv_sec: 30, tv_usec: 0)
    for option in [SO_RCVTIMEO, SO_SNDTIMEO] {
      setsockopt(
        descriptor, SOL_SOCKET, option, &patience,
        socklen_t(MemoryLayout<timeval>.size))
    }
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = in_port_t(port).bigEndian
    address.sin_addr.s_addr = inet_addr("127.0.0.1")
    let result = withUnsafePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
      }
    }
    guard result == 0 else { throw POSIXError(.init(rawValue: errno) ?? .EIO) }
  }

  deinit { close(descriptor) }

  /// Sends bytes; gives 0, or errno if the service does not take them all.
  @discardableResult
  func send(_ bytes: some Collection<UInt8>) -> Int32 {
    var rest = Array(bytes)[...]
    while !rest.isEmpty {
      let count = rest.withUnsafeBytes {
        write(descriptor, $0.baseAddress, $0.count)
      }
      guard count > 0 else { return errno }
      rest = rest.dropFirst(count)
    }
    return 0
  }

  /// Says that no more bytes will be sent.
  func endSending() { shutdown(descriptor, Int32(SHUT_WR)) }

  /// Says that no more bytes will be sent, nor read.
  func endAll() { shutdown(descriptor, Int32(SHUT_RDWR)) }

  /// Has the system reset the connection when it is closed.
  func resetOnClosing() {
    var option = linger(l_onoff: 1, l_linger: 0)
    setsockopt(
      descriptor, SOL_SOCKET, SO_LINGER, &option,
      socklen_t(MemoryLayout<linger>.size))
  }

  /// Some bytes; none if the service has closed the connection, or reset it.
  func receive() -> [UInt8] {
    var piece = [UInt8](repeating: 0, count: 1 << 16)
    let count = recv(descriptor, &piece, piece.count, 0)
    return Array(piece.prefix(max(0, count)))
  }

  /// The bytes until the service closes the connection, or resets it.
  func receiveAll() -> [UInt8] {
    var bytes: [UInt8] = []
    while true {
      let piece = receive()
      if piece.isEmpty { return bytes }
      bytes += piece
    }
  }
}

/// An answer, taken apart.
struct Answer: Sendable, Equatable {
  var status = 0
  var headers: [String: String] = [:]
  var body = ""

  /// The first answer in what a service sent.
  init(_ bytes: [UInt8]) {
    let text = String(decoding: bytes, as: UTF8.self)
    guard let gap = text.range(of: "\r\n\r\n") else { return }
    let lines = text[..<gap.lowerBound].components(separatedBy: "\r\n")
    status = Int(lines[0].split(separator: " ").dropFirst().first ?? "") ?? 0
    for line in lines.dropFirst() {
      let parts = line.split(separator: ":", maxSplits: 1)
      headers[parts[0].lowercased()] =
        parts[1].trimmingCharacters(in: .whitespaces)
    }
    body = String(text[gap.upperBound...])
  }
}

/// Runs what blocks on a thread of its own, so that nothing waits for it.
func blocking<Value: Sendable>(
  _ work: @escaping @Sendable () throws -> Value
) async throws -> Value {
  try await withCheckedThrowingContinuation { continuation in
    Thread.detachNewThread { continuation.resume(with: Result(catching: work)) }
  }
}

/// A client of a service on this machine.
struct Client: Sendable {
  let port: Int

  /// Sends one request on a connection of its own.
  func request(
    _ method: String, _ path: String, _ body: [UInt8]? = nil
  ) async throws -> Answer {
    try await blocking { [port] in
      let connection = try Connection(port: port)
      connection.send(Self.head(method, path, body?.count).utf8)
      connection.send(body ?? [])
      return Answer(connection.receiveAll())
    }
  }

  func generate(_ body: String) async throws -> Answer {
    try await request("POST", "/generate", Array(body.utf8))
  }

  /// The head of a request, by default the connection's last.
  static func head(
    _ method: String, _ path: String, _ bodyByteCount: Int?,
    connection: String = "close", headers: [String] = []
  ) -> String {
    let length = bodyByteCount.map { "Content-Length: \($0)\r\n" } ?? ""
    return "\(method) \(path) HTTP/1.1\r\nHost: localhost\r\n"
      + "Connection: \(connection)\r\n\(length)"
      + headers.map { $0 + "\r\n" }.joined() + "\r\n"
  }
}
