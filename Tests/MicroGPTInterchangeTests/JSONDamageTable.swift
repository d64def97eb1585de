import Testing

/// A change of the twin in ``JSONDamageTests``, and the error that it makes.
struct Change: Sendable, CustomTestStringConvertible {
  /// The numbers of the first tensor.
  static let numbers = "[\n      1.0\n    ]"

  var old: String
  var new: String
  var error: String

  init(_ old: String, _ new: String, _ place: String, _ clause: String) {
    self.old = old
    self.new = new
    error = "\(place): \(clause)"
  }

  var testDescription: String { error }

  static let all = [
    Change(
      "{\n", "",
      "document at byte 2 (line 1, column 3)",
      "found a string, expected “{”"),
    Change(
      "microgpt-checkpoint", "gguf",
      "format at byte 14 (line 2, column 13)",
      "found “gguf”, expected “microgpt-checkpoint”"),
    Change(
      "\"1.0\"", "\"1.1\"",
      "version at byte 50 (line 3, column 14)",
      "found “1.1”, expected “1.0”"),
    Change(
      "\"1.0\"", "1.0",
      "version at byte 50 (line 3, column 14)",
      "found 1.0, expected “1.0”"),
    Change(
      "\"version\"", "\"versions\"",
      "document at byte 39 (line 3, column 3)",
      "found the key “versions”, expected format, version, config, vocab, "
        + "metadata, training, sections, tensors"),
    Change(
      "\"version\"", "\"format\"",
      "document at byte 39 (line 3, column 3)",
      "found “format” a second time, expected each key once"),
    Change(
      "  \"version\": \"1.0\",\n", "",
      "document at byte 0 (line 1, column 1)",
      "found no version before tensors, expected tensors as the last key"),
    Change(
      "\"format\"", "format",
      "document at byte 4 (line 2, column 3)",
      "found format, expected a key"),
    Change(
      "\"format\":", "\"format\"",
      "document at byte 13 (line 2, column 12)",
      "found a string, expected “:”"),
    Change(
      "\"1.0\",", "\"1.0\"",
      "document at byte 58 (line 4, column 3)",
      "found a string, expected “,” or “}”"),
    Change(
      "\"relu\"", "\"gelu\"",
      "config.activation at byte 121 (line 6, column 19)",
      "found “gelu”, expected “relu”"),
    Change(
      "\"n_layer\": 1", "\"n_layer\": 1.5",
      "config.n_layer at byte 167 (line 8, column 16)",
      "found 1.5, expected a whole number from 0 to 2^63 - 1"),
    Change(
      "\"n_layer\": 1", "\"n_layer\": -1",
      "config.n_layer at byte 167 (line 8, column 16)",
      "found -1, expected a whole number from 0 to 2^63 - 1"),
    Change(
      "\"n_layer\": 1", "\"n_layer\": 01",
      "config.n_layer at byte 167 (line 8, column 16)",
      "found 01, expected a number without leading zeros"),
    Change(
      "\"n_layer\": 1", "\"n_layer\": 9223372036854775808",
      "config.n_layer at byte 167 (line 8, column 16)",
      "found 9223372036854775808, expected a whole number from 0 to 2^63 "
        + "- 1"),
    Change(
      "\"n_layer\": 1", "\"n_layer\": 1001",
      "config.n_layer at byte 167 (line 8, column 16)",
      "found 1001, expected 1 to 1000"),
    Change(
      "\"n_layer\": 1", "\"n_layer\": true",
      "config.n_layer at byte 167 (line 8, column 16)",
      "found true, expected a number"),
    Change(
      "\"n_layer\": 1", "\"n_layer\": 2",
      "tensors[6].name at byte 1312 (line 49, column 14)",
      "found “lm_head”, expected “layer1.attn_wk”"),
    Change(
      "\"n_head\": 1", "\"n_head\": 3",
      "config.n_head at byte 184 (line 9, column 15)",
      "found 3, expected a divisor of n_embd (1)"),
    Change(
      "\"n_head\": 1,\n    ", "",
      "config at byte 69 (line 4, column 13)",
      "found no n_head, expected all of architecture, activation, tying, "
        + "n_layer, n_head, n_embd, block_size, vocab_size"),
    Change(
      "\"vocab_size\": 2\n", "\"vocab_size\": 2,\n",
      "config at byte 248 (line 13, column 3)",
      "found “}”, expected a key"),
    Change(
      "\"vocab_size\": 2", "\"vocab_size\": 3",
      "config.vocab_size at byte 243 (line 12, column 19)",
      "found 3, expected 2, the characters of vocab and BOS"),
    Change(
      "\"vocab\": \"a\"", "\"vocab\": \"\"",
      "vocab at byte 261 (line 14, column 12)",
      "found no characters, expected characters in strictly increasing "
        + "order"),
    Change(
      "\"vocab\": \"a\"", "\"vocab\": \"ba\"",
      "vocab at byte 261 (line 14, column 12)",
      "found 2 characters in disorder, expected characters in strictly "
        + "increasing order"),
    Change(
      "\"vocab\": \"a\"", "\"vocab\": \"\\ud800\"",
      "vocab at byte 262 (line 14, column 13)",
      "found half a surrogate pair, expected both halves"),
    Change(
      "\"vocab\": \"a\"", "\"vocab\": \"\\udc00\\ud800\"",
      "vocab at byte 262 (line 14, column 13)",
      "found half a surrogate pair, expected both halves"),
    Change(
      "\"vocab\": \"a\"", "\"vocab\": \"\\x41\"",
      "vocab at byte 262 (line 14, column 13)",
      "found another escape, expected \\\" \\\\ \\/ \\b \\f \\n \\r \\t "
        + "or \\u and four digits"),
    Change(
      "\"vocab\": \"a\"", "\"vocab\": \"\t\"",
      "vocab at byte 262 (line 14, column 13)",
      "found the byte 0x9, expected control characters as escapes"),
    Change(
      "\"vocab\": \"a\"", "\"vocab\": null",
      "vocab at byte 261 (line 14, column 12)",
      "found null, expected a string"),
    Change(
      "\"notes\"", "\"Notes\"",
      "metadata at byte 286 (line 16, column 5)",
      "found the key “Notes”, expected a key of 1 to 64 of a-z 0-9 _ - ."),
    Change(
      "\"notes\"", "\"notes\": \"x\", \"n\\u006ftes\"",
      "metadata at byte 300 (line 16, column 19)",
      "found “notes” a second time, expected each key once"),
    Change(
      "\"é\\n\"", "\"\\u0000\"",
      "metadata.notes at byte 295 (line 16, column 14)",
      "found “\\0”, expected text without control characters"),
    Change(
      "\"é\\n\"", "3",
      "metadata.notes at byte 295 (line 16, column 14)",
      "found 3, expected a string or an array"),
    Change(
      "\"notes\": \"é\\n\"", "",
      "metadata at byte 280 (line 15, column 15)",
      "found an empty object, expected one or more entries"),
    Change(
      "[\"7\", \"8\"]", "[]",
      "training.some at byte 382 (line 21, column 13)",
      "found 0 items, expected at least one number"),
    Change(
      "[\"7\", \"8\"]", "[\"7\", 8]",
      "training.some[1] at byte 388 (line 21, column 19)",
      "found 8, expected items of one kind"),
    Change(
      "[\"7\", \"8\"]", "[\"07\"]",
      "training.some[0] at byte 383 (line 21, column 14)",
      "found “07”, expected a whole number from 0 to 2^64 - 1"),
    Change(
      "[\"7\", \"8\"]", "[\"18446744073709551616\"]",
      "training.some[0] at byte 383 (line 21, column 14)",
      "found “18446744073709551616”, expected a whole number from 0 to "
        + "2^64 - 1"),
    Change(
      "[0.5]", "[1e999]",
      "training.rate[0] at byte 364 (line 20, column 14)",
      "found 1e999, expected a number that a double can hold"),
    Change(
      "[0.5]", "[\"Infinity\"]",
      "training.rate[0] at byte 364 (line 20, column 14)",
      "found “Infinity”, expected a whole number from 0 to 2^64 - 1"),
    Change(
      "\"abcd\"", "\"Abcd\"",
      "sections[0].tag at byte 445 (line 25, column 13)",
      "found “Abcd”, expected an unknown ancillary tag that is safe to "
        + "copy"),
    Change(
      "\"abcd\"", "\"mETa\"",
      "sections[0].tag at byte 445 (line 25, column 13)",
      "found “mETa”, expected an unknown ancillary tag that is safe to "
        + "copy"),
    Change(
      "\"AQI=\"", "\"AQI\"",
      "sections[0].data at byte 461 (line 25, column 29)",
      "found “AQI”, expected one or more bytes in Base64"),
    Change(
      "\"AQI=\"", "\"AQJ=\"",
      "sections[0].data at byte 461 (line 25, column 29)",
      "found “AQJ=”, expected one or more bytes in Base64"),
    Change(
      "\"AQI=\"", "\"\"",
      "sections[0].data at byte 461 (line 25, column 29)",
      "found “”, expected one or more bytes in Base64"),
    Change(
      "\"tag\": \"abcd\", ", "",
      "sections[0] at byte 437 (line 25, column 5)",
      "found no tag, expected tag and data"),
    Change(
      "layer0.attn_wk", "layer0.attn_wq",
      "tensors[0].name at byte 502 (line 28, column 14)",
      "found “layer0.attn_wq”, expected “layer0.attn_wk”"),
    Change(
      "\"weight\"", "\"adam_m\"",
      "tensors[0].role at byte 528 (line 28, column 40)",
      "found “adam_m”, expected “weight”"),
    Change(
      "\"bf16\"", "\"f8\"",
      "tensors[0].dtype at byte 547 (line 28, column 59)",
      "found “f8”, expected “f32”, “f64”, “bf16”, “f16”"),
    Change(
      "\"raw\"", "\"zstd\"",
      "tensors[0].codec at byte 581 (line 28, column 93)",
      "found “zstd”, expected “raw”, “zlib”"),
    Change(
      "\"shape\": [1, 1]", "\"shape\": [1]",
      "tensors[0].shape at byte 564 (line 28, column 76)",
      "found [1], expected [1, 1]"),
    Change(
      "\"shape\": [1, 1]", "\"shape\": [1, 1, 1]",
      "tensors[0].shape[2] at byte 571 (line 28, column 83)",
      "found another dimension, expected 2"),
    Change(
      "\"shape\": [1, 1]", "\"shape\": \"1\"",
      "tensors[0].shape at byte 564 (line 28, column 76)",
      "found a string, expected “[”"),
    Change(
      "\"codec\": \"raw\", ", "",
      "tensors[0] at byte 493 (line 28, column 5)",
      "found no codec before data, expected data as the last key"),
    Change(
      "\n    ]}", "\n    ], \"dtype\": \"f32\"}",
      "tensors[0] at byte 615 (line 30, column 8)",
      "found “dtype” a second time, expected each key once"),
    Change(
      "\n    ]}", "\n    ], \"bias\": 0}",
      "tensors[0] at byte 615 (line 30, column 8)",
      "found the key “bias”, expected name, role, dtype, shape, codec, "
        + "data"),
    Change(
      Change.numbers, "[]",
      "tensors[0].data at byte 596 (line 28, column 108)",
      "found 0 numbers, expected 1, the product of shape"),
    Change(
      Change.numbers, "[1, 1]",
      "tensors[0].data at byte 596 (line 28, column 108)",
      "found 2 numbers, expected 1, the product of shape"),
    Change(
      Change.numbers, "[1,]",
      "tensors[0].data[1] at byte 599 (line 28, column 111)",
      "found “]”, expected a number"),
    Change(
      Change.numbers, "[,1]",
      "tensors[0].data[0] at byte 597 (line 28, column 109)",
      "found “,”, expected a number"),
    Change(
      Change.numbers, "[1 1]",
      "tensors[0].data[0] at byte 599 (line 28, column 111)",
      "found 1, expected “,” or “]”"),
    Change(
      Change.numbers, "[+1]",
      "tensors[0].data[0] at byte 597 (line 28, column 109)",
      "found +1, expected a number"),
    Change(
      Change.numbers, "[.5]",
      "tensors[0].data[0] at byte 597 (line 28, column 109)",
      "found .5, expected a number"),
    Change(
      Change.numbers, "[5.]",
      "tensors[0].data[0] at byte 599 (line 28, column 111)",
      "found “]”, expected a digit behind the point"),
    Change(
      Change.numbers, "[1e]",
      "tensors[0].data[0] at byte 599 (line 28, column 111)",
      "found “]”, expected a digit of the exponent"),
    Change(
      Change.numbers, "[-]",
      "tensors[0].data[0] at byte 598 (line 28, column 110)",
      "found “]”, expected a digit"),
    Change(
      Change.numbers, "[0x1]",
      "tensors[0].data[0] at byte 598 (line 28, column 110)",
      "found x1, expected “,” or “]”"),
    Change(
      Change.numbers, "[NaN]",
      "tensors[0].data[0] at byte 597 (line 28, column 109)",
      "found NaN, expected a number"),
    Change(
      Change.numbers, "[null]",
      "tensors[0].data[0] at byte 597 (line 28, column 109)",
      "found null, expected a number"),
    Change(
      Change.numbers, "[[1]]",
      "tensors[0].data[0] at byte 597 (line 28, column 109)",
      "found an array, expected a number"),
    Change(
      Change.numbers, "[\"1.0\"]",
      "tensors[0].data[0] at byte 597 (line 28, column 109)",
      "found “1.0”, expected a number, “Infinity”, “-Infinity” or “NaN:” "
        + "and 4 digits of a NaN's bits"),
    Change(
      Change.numbers, "[\"NaN:7f80\"]",
      "tensors[0].data[0] at byte 597 (line 28, column 109)",
      "found “NaN:7f80”, expected a number, “Infinity”, “-Infinity” or "
        + "“NaN:” and 4 digits of a NaN's bits"),
    Change(
      Change.numbers, "[\"NaN:7fc00000\"]",
      "tensors[0].data[0] at byte 597 (line 28, column 109)",
      "found “NaN:7fc00000”, expected a number, “Infinity”, “-Infinity” "
        + "or “NaN:” and 4 digits of a NaN's bits"),
    Change(
      Change.numbers, "[1 // one\n]",
      "tensors[0].data[0] at byte 599 (line 28, column 111)",
      "found “/”, expected “,” or “]”"),
    Change(
      ",\n  \"tensors\"", ",\n  \"tensors\": [], \"tensors\"",
      "tensors at byte 487 (line 27, column 14)",
      "found 0 tensors, expected 27, next weight layer0.attn_wk"),
    Change(
      "\n  ]\n}\n", "\n  ], \"metadata\": {}}",
      "document at byte 4045 (line 124, column 6)",
      "found “metadata” a second time, expected each key once"),
    Change(
      "\n  ]\n}\n", "\n  ]\n}\n{}",
      "document at byte 4046 (line 126, column 1)",
      "found an object, expected nothing after the object"),
    Change(
      "\n  ]\n}\n", ",{}\n  ]\n}\n",
      "tensors[27] at byte 4040 (line 123, column 8)",
      "found another tensor, expected no tensor after the 27 of the model"),
  ]
}
