/// Bytes as hexadecimal digits, two each: `504b0304`.
@inline(never)  // for the size of the C library
func hexadecimal(_ bytes: [UInt8], separator: String = "") -> String {
  var text = ""
  for byte in bytes {
    if !text.isEmpty { text += separator }
    text += (byte < 16 ? "0" : "") + String(byte, radix: 16)
  }
  return text
}

/// A checksum as errors show it, as `0x1a2b3c4d`.
@inline(never)
func hexadecimal(_ value: UInt32) -> String {
  "0x" + hexadecimal(withUnsafeBytes(of: value.bigEndian) { [UInt8]($0) })
}
