extension Unicode.Scalar {
  /// The escape that stands for the scalar in a JSON string (RFC 8259), as
  /// `\n`; `nil` if it stands for itself.
  package var jsonEscape: String? {
    switch self {
    case "\"": "\\\""
    case "\\": "\\\\"
    case "\n": "\\n"
    case "\r": "\\r"
    case "\t": "\\t"
    default: isControl ? jsonCodeUnit : nil
    }
  }

  /// The scalar, at most U+FFFF, as four hexadecimal digits of a JSON string.
  package var jsonCodeUnit: String {
    "\\u" + zeroPadded(String(value, radix: 16), to: 4)
  }
}

extension Double {
  /// The number in JSON; `null` for one that JSON lacks.
  package var json: String { isFinite ? description : "null" }
}
