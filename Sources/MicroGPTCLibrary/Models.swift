// Names as in microgpt.h.
// swift-format-ignore-file: AlwaysUseLowerCamelCase

import CMicroGPT
import MicroGPTFormat
import MicroGPTSampler

/// The model of a handle.
func model(_ handle: OpaquePointer?) throws(Failure) -> LanguageModel {
  guard let model = existingModel(handle) else { throw .null("model") }
  return model
}

private func existingModel(_ handle: OpaquePointer?) -> LanguageModel? {
  handle.map {
    Unmanaged<LanguageModel>.fromOpaque(UnsafeRawPointer($0))
      .takeUnretainedValue()
  }
}

private func threadCount(_ threads: UInt32) throws(Failure) -> Int {
  guard (1...1_024).contains(threads) else {
    throw .argument("threads is \(threads), expected 1 to 1024")
  }
  return Int(threads)
}

/// Opens a checkpoint file.
///
/// - Parameters:
///   - path: The file.
///   - flags: How to open it.
///   - threads: The threads that share work.
///   - model: Is set to a handle.
///   - error: Is set to why it cannot be opened.
/// - Returns: The status.
@c @implementation
public func microgpt_model_open(
  _ path: UnsafePointer<CChar>?, _ flags: UInt32, _ threads: UInt32,
  _ model: UnsafeMutablePointer<OpaquePointer?>?,
  _ error: UnsafeMutablePointer<microgpt_error>?
) -> microgpt_status {
  model?.pointee = nil
  return attempt(error) { () throws(Failure) in
    guard let model else { throw .null("model") }
    guard path != nil else { throw .null("path") }
    let path = try text(path, "path")
    let copies = UInt32(MICROGPT_OPEN_COPY)
    let trusts = UInt32(MICROGPT_OPEN_UNVERIFIED)
    guard flags & ~(copies | trusts) == 0 else {
      throw .argument(
        "flags is \(flags), expected MICROGPT_OPEN_COPY and _UNVERIFIED")
    }
    let threadCount = try threadCount(threads)
    do throws(CheckpointError) {
      let opened = try LanguageModel(
        path: path, mode: flags & copies != 0 ? .copied : .mapped,
        verifying: flags & trusts == 0, threadCount: threadCount)
      model.pointee = OpaquePointer(Unmanaged.passRetained(opened).toOpaque())
    } catch {
      throw Failure(error, path)
    }
  }
}

/// Opens a checkpoint that is in memory.
///
/// - Parameters:
///   - bytes: The whole file.
///   - byteCount: Its length.
///   - threads: The threads that share work.
///   - model: Is set to a handle.
///   - error: Is set to why it cannot be opened.
/// - Returns: The status.
@c @implementation
public func microgpt_model_open_bytes(
  _ bytes: UnsafeRawPointer?, _ byteCount: Int, _ threads: UInt32,
  _ model: UnsafeMutablePointer<OpaquePointer?>?,
  _ error: UnsafeMutablePointer<microgpt_error>?
) -> microgpt_status {
  model?.pointee = nil
  return attempt(error) { () throws(Failure) in
    guard let model else { throw .null("model") }
    let file = try buffer(
      bytes?.assumingMemoryBound(to: UInt8.self), byteCount, "bytes")
    let threadCount = try threadCount(threads)
    try checkMemory(file.count, for: "the file")
    do throws(CheckpointError) {
      let opened = try LanguageModel(
        bytes: Array(file), threadCount: threadCount)
      model.pointee = OpaquePointer(Unmanaged.passRetained(opened).toOpaque())
    } catch {
      throw Failure(error, "bytes")
    }
  }
}

/// An array of C's.
///
/// - Parameters:
///   - start: Its first element; `nil` if there is none.
///   - count: The number of its elements.
///   - name: What it is called in errors.
/// - Returns: The elements where they lie.
/// - Throws: ``Failure`` if it cannot be one.
func buffer<Element>(
  _ start: UnsafePointer<Element>?, _ count: Int, _ name: String
) throws(Failure) -> UnsafeBufferPointer<Element> {
  // A size_t beyond Int is negative here.
  guard count >= 0, count <= Int.max / MemoryLayout<Element>.stride else {
    throw .argument(
      "\(name) has \(UInt(bitPattern: count)) elements, expected fewer")
  }
  guard start != nil || count == 0 else { throw .null(name) }
  return UnsafeBufferPointer(start: start, count: count)
}

/// Closes a model.
///
/// - Parameter model: Its handle.
@c @implementation
public func microgpt_model_close(_ model: OpaquePointer?) {
  guard let model else { return }
  Unmanaged<LanguageModel>.fromOpaque(UnsafeRawPointer(model)).release()
}

/// The number of layers, `n_layer`.
///
/// - Parameter model: A handle.
/// - Returns: 0 for no model.
@c @implementation
public func microgpt_model_layer_count(_ model: OpaquePointer?) -> UInt32 {
  UInt32(existingModel(model)?.configuration.layerCount ?? 0)
}

/// The number of attention heads, `n_head`.
///
/// - Parameter model: A handle.
/// - Returns: 0 for no model.
@c @implementation
public func microgpt_model_head_count(_ model: OpaquePointer?) -> UInt32 {
  UInt32(existingModel(model)?.configuration.headCount ?? 0)
}

/// The width of the residual stream, `n_embd`.
///
/// - Parameter model: A handle.
/// - Returns: 0 for no model.
@c @implementation
public func microgpt_model_embedding_width(_ model: OpaquePointer?) -> UInt32 {
  UInt32(existingModel(model)?.configuration.embeddingWidth ?? 0)
}

/// The maximum number of positions, `block_size`.
///
/// - Parameter model: A handle.
/// - Returns: 0 for no model.
@c @implementation
public func microgpt_model_block_size(_ model: OpaquePointer?) -> UInt32 {
  UInt32(existingModel(model)?.configuration.blockSize ?? 0)
}

/// The number of tokens, `vocab_size`.
///
/// - Parameter model: A handle.
/// - Returns: 0 for no model.
@c @implementation
public func microgpt_model_vocabulary_size(_ model: OpaquePointer?) -> UInt32 {
  UInt32(existingModel(model)?.configuration.vocabularySize ?? 0)
}

/// The number of weights.
///
/// - Parameter model: A handle.
/// - Returns: 0 for no model.
@c @implementation
public func microgpt_model_parameter_count(_ model: OpaquePointer?) -> UInt64 {
  UInt64(existingModel(model)?.configuration.parameterCount ?? 0)
}

/// The character of a token.
///
/// - Parameters:
///   - model: A handle.
///   - token: The token.
/// - Returns: Its scalar value, or what stands for none.
@c @implementation
public func microgpt_model_character(
  _ model: OpaquePointer?, _ token: UInt32
) -> UInt32 {
  guard let scalars = existingModel(model)?.vocabulary.scalars,
    scalars.indices.contains(Int(token))
  else { return .max }
  return scalars[Int(token)].value
}
