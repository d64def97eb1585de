"""Broken rules F58 to F69: the JSON twin.

A case replaces a piece of a good twin; `§` stands before the place that an
error names.
"""

import base64
import re

BASE = """{
 "format": "microgpt-checkpoint",
 "version": "1.0",
 "config": {"architecture": "microgpt", "activation": "relu", "tying": "untied",
  "n_layer": 1, "n_head": 1, "n_embd": 1, "block_size": 1, "vocab_size": 3},
 "vocab": "aé",
 "metadata": {"example.a": ["7", "8"], "example.b": [0.5], "title": "Names"},
 "sections": [{"tag": "abcd", "data": "AQI="}, {"tag": "zzzz", "data": "AA=="}],
 "tensors": [
  TENSORS
 ]
}
"""

METADATA = BASE[BASE.index('{"example.a"'):BASE.index(',\n "sections"')]

WEIGHTS = [
    ("layer0.attn_wk", [1, 1]), ("layer0.attn_wo", [1, 1]),
    ("layer0.attn_wq", [1, 1]), ("layer0.attn_wv", [1, 1]),
    ("layer0.mlp_fc1", [4, 1]), ("layer0.mlp_fc2", [1, 4]),
    ("lm_head", [3, 1]), ("wpe", [1, 1]), ("wte", [3, 1]),
]
DTYPES = {"layer0.attn_wo": "f64", "layer0.attn_wq": "bf16",
          "layer0.attn_wv": "f16"}


def tensors(roles=("weight",)):
    lines = []
    for role in roles:
        for name, shape in WEIGHTS:
            values = ", ".join(["0.5"] * (shape[0] * shape[1]))
            lines.append(
                f'{{"name": "{name}", "role": "{role}", '
                f'"dtype": "{DTYPES.get(name, "f32")}", "shape": {shape}, '
                f'"codec": "raw", "data": [{values}]}}')
    return lines


TWIN = BASE.replace("TENSORS", ",\n  ".join(tensors()))
TRAINED = BASE.replace(
    ' "sections"', ' "training": {"planned_steps": ["10"], "step": ["7"]},\n'
    ' "sections"').replace(
        "TENSORS", ",\n  ".join(tensors(("weight", "adam_m", "adam_v"))))


def add(cases):
    grammar(cases)
    keys(cases)
    constants(cases)
    kinds(cases)
    texts(cases)
    properties(cases)
    sections(cases)
    elements(cases)
    contents(cases)


def change(cases, name, rule, field, shows, old, new, base=TWIN):
    """Adds a twin in which the first `old` is `new`."""
    assert old in base, name
    cases.json(name, rule, field, shows, base.replace(old, new, 1))


def without(key, text):
    """The text without the first member of that key, whose value is a string,
    a number, or an array of numbers."""
    member = rf'"{key}": ("[^"]*"|[^][{{}}",]+|\[[^]]*\])'
    result, count = re.subn(
        rf"{member},\s*|,\s*{member}(?=}})", "", text, count=1)
    assert count == 1, key
    return result


def whole(cases, name, rule, field, shows, text):
    """Adds a text; bytes may be given as U+DC80 to U+DCFF."""
    cases.json(name, rule, field, shows, text)


def grammar(cases):
    def add(name, field, shows, old, new):
        change(cases, f"json-{name}", "F58", field, shows, old, new)

    def text(name, shows, content):
        whole(cases, f"json-{name}", "F58", "document", shows, content)
    text("empty", "a text of no bytes", "§")
    text("byte-order-mark", "a byte-order mark", "§\ufeff" + TWIN)
    text("array", "an array, not an object", "§[" + TWIN + "]")
    text("cut-short", "the last brace is missing",
         TWIN.rstrip()[:-1] + "§")
    text("followed", "a second object behind the first", TWIN + "§{}")
    text("followed-by-zero", "U+0000 behind the object", TWIN + "§\0")
    number = "tensors[0].data"
    one = '"data": [0.5]'
    for name, new, shows, field in [
            ("plus", "[§+1]", "a number with a plus", f"{number}[0]"),
            ("leading-zero", "[§01]", "a number with a leading zero",
             f"{number}[0]"),
            ("point-first", "[§.5]", "no digit before the point",
             f"{number}[0]"),
            ("point-last", "[5.§]", "no digit behind the point",
             f"{number}[0]"),
            ("exponent-empty", "[1e§]", "an exponent without a digit",
             f"{number}[0]"),
            ("minus-alone", "[-§]", "a minus without a digit",
             f"{number}[0]"),
            ("hexadecimal", "[0§x1]", "a hexadecimal number", f"{number}[0]"),
            ("of-513-characters", "[§0." + "5" * 511 + "]",
             "a number of 513 characters", f"{number}[0]"),
            ("comma-last", "[0.5,§]", "a comma behind the last item",
             f"{number}[1]"),
            ("comma-missing", "[0.5 §0.5]", "no comma between two items",
             f"{number}[0]"),
            ("comment", "[0.5 §/* a half */]", "a comment", f"{number}[0]"),
            ("nan", "[§NaN]", "NaN without quotation marks", f"{number}[0]")]:
        add(name, field, shows, one, f'"data": {new}')
    add("single-quotes", "document", "a key in single quotation marks",
        '"format"', "§'format'")
    add("key-bare", "document", "a key without quotation marks", '"format"',
        "§format")
    add("colon-missing", "document", "no colon behind a key", '"format": ',
        '"format" §')
    add("comma-in-object", "config", "a comma behind the last member",
        '"vocab_size": 3}', '"vocab_size": 3,§}')
    add("tab-in-string", "vocab", "a tab in a string", '"aé"', '"a§\té"')
    add("zero-in-string", "vocab", "U+0000 in a string", '"aé"', '"a§\0é"')
    add("escape-unknown", "vocab", "an escape that JSON does not have",
        '"aé"', '"a§\\x41"')
    add("escape-cut-short", "vocab", "three hexadecimal digits", '"aé"',
        '"a§\\u00e"')
    add("literal-misspelt", "vocab", "True", '"aé"', "§True")
    add("deep", f"{number}[0]", "a thousand arrays in each other", one,
        '"data": [§' + "[" * 1_000 + "]" * 1_000 + "]")
    for name, sequence, shows in [
            ("continuation", "\udc80", "a continuation byte by itself"),
            ("overlong", "\udcc1\udca1", "the letter a in two bytes"),
            ("surrogate", "\udced\udca0\udc80", "U+D800 as three bytes"),
            ("too-great", "\udcf4\udc90\udc80\udc80", "U+110000"),
            ("latin-1", "\udce9", "Latin-1, not UTF-8")]:
        add(f"utf-8-{name}", "vocab", shows, '"aé"', f'"a§{sequence}"')


def keys(cases):
    def add(name, field, shows, old, new, base=TWIN):
        change(cases, f"json-key-{name}", "F59", field, shows, old, new, base)
    add("unknown", "document", "a key that there is not", '"format"',
        '§"name": "", "format"')
    add("unknown-in-config", "config", "a key that there is not",
        '"tying"', '§"bias": "none", "tying"')
    add("unknown-in-tensor", "tensors[0]", "a key that there is not",
        '"role"', '§"offset": 0, "role"')
    add("unknown-in-section", "sections[0]", "a key that there is not",
        '"data": "AQI="', '§"crc32": 0, "data": "AQI="')
    add("case", "document", "a key in another case", '"vocab"', '§"Vocab"')
    add("twice", "document", "a key comes twice", '"version"',
        '"vocab": "aé", "version": "1.0", §"version"')
    add("twice-in-config", "config", "a key comes twice", '"n_embd": 1',
        '"n_embd": 1, §"n_embd": 1')
    add("twice-in-tensor", "tensors[0]", "a key comes twice", '"codec"',
        '§"name": "layer0.attn_wk", "codec"')
    add("twice-escaped", "metadata", "a key comes twice, once with an escape",
        '"title"', '"title": "a", §"t\\u0069tle"')
    first = tensors()[0]
    for key in ("format", "version", "vocab"):
        whole(cases, f"json-key-missing-{key}", "F59", "document",
              f"there is no {key}", "§" + without(key, TWIN))
    start, end = TWIN.index(' "config"'), TWIN.index(' "vocab"')
    whole(cases, "json-key-missing-config", "F59", "document",
          "there is no config", "§" + TWIN[:start] + TWIN[end:])
    whole(cases, "json-key-missing-tensors", "F59", "document",
          "there is no tensors",
          "§" + TWIN[:TWIN.index(',\n "tensors"')] + "}")
    for key in ("architecture", "activation", "tying", "n_layer", "n_head",
                "n_embd", "block_size", "vocab_size"):
        whole(cases, f"json-key-missing-{key}", "F59", "config",
              f"there is no {key}", without(
                  key, TWIN.replace('"config": ', '"config": §')))
    for key in ("name", "role", "dtype", "shape", "codec", "data"):
        whole(cases, f"json-key-missing-{key}", "F59", "tensors[0]",
              f"there is no {key}",
              TWIN.replace(first, "§" + without(key, first)))
    for key in ("tag", "data"):
        whole(cases, f"json-key-missing-section-{key}", "F59", "sections[0]",
              f"there is no {key}", without(
                  key, TWIN.replace('[{"tag"', '[§{"tag"')))
    member = f' "metadata": {METADATA}'
    whole(cases, "json-key-behind-tensors", "F59", "document",
          "metadata behind tensors", TWIN.replace(member + ",\n", "").replace(
              " ]\n}", f" ],\n§{member[1:]}\n}}"))
    add("behind-data", "tensors[0]", "codec behind data", first,
        "§" + first.replace(
            '"codec": "raw", "data": [0.5]', '"data": [0.5], "codec": "raw"'))


def constants(cases):
    for name, value in [
            ("other", '"gguf"'), ("empty", '""'), ("number", "1"),
            ("case", '"MicroGPT-checkpoint"')]:
        change(cases, f"json-format-{name}", "F60", "format",
               "another format", '"microgpt-checkpoint"', "§" + value)
    for name, value in [
            ("1.1", '"1.1"'), ("1", '"1"'), ("2.0", '"2.0"'),
            ("number", "1.0")]:
        change(cases, f"json-version-{name}", "F61", "version",
               f"version {value}", '"1.0"', "§" + value)


def kinds(cases):
    def add(name, field, shows, old, new):
        change(cases, f"json-{name}", "F62", field, shows, old, new)
    for key, good, other in [
            ("architecture", "microgpt", "gpt2"),
            ("activation", "relu", "gelu"),
            ("tying", "untied", "tied")]:
        add(f"{key}-other", f"config.{key}", f"{key} {other}",
            f'"{good}"', f'§"{other}"')
    config = TWIN[TWIN.index('{"architecture"'):TWIN.index(',\n "vocab"')]
    add("config-array", "config", "config is an array", config,
        f"§[{config}]")
    add("n_layer-string", "config.n_layer", "a number as a string",
        '"n_layer": 1', '"n_layer": §"1"')
    add("n_layer-fraction", "config.n_layer", "1.5 layers", '"n_layer": 1',
        '"n_layer": §1.5')
    add("n_layer-2-63", "config.n_layer", "2^63", '"n_layer": 1',
        f'"n_layer": §{2**63}')
    add("n_layer-of-20-digits", "config.n_layer",
        "1, in 20 digits", '"n_layer": 1', f'"n_layer": §1.{"0" * 19}')
    add("n_layer-true", "config.n_layer", "true for 1", '"n_layer": 1',
        '"n_layer": §true')
    add("vocab-null", "vocab", "null", '"aé"', "§null")
    add("vocab-array", "vocab", "characters as an array", '"aé"',
        '§["a", "é"]')
    for name, value in [("null", "null"), ("string", '""'), ("array", "[]")]:
        add(f"metadata-{name}", "metadata", f"metadata: {name}", METADATA,
            f"§{value}")
    add("sections-object", "sections", "one section, not an array of one",
        '[{"tag": "abcd", "data": "AQI="}, {"tag": "zzzz", "data": "AA=="}]',
        '§{"tag": "abcd", "data": "AQI="}')
    lines = tensors()
    add("tensors-object", "tensors", "an object of tensors",
        "[\n  " + ",\n  ".join(lines) + "\n ]", "§{" + ",\n  ".join(
            f'"{name}": {line}' for (name, _), line in zip(WEIGHTS, lines))
        + "}")
    add("tensor-array", "tensors[0]", "a tensor that is an array", lines[0],
        f"§[{lines[0]}]")
    for name, value in [
            ("number", "7"), ("object", '{"a": ["7"]}'), ("null", "null")]:
        add(f"property-{name}", "metadata.example.a", f"a property: {name}",
            '["7", "8"]', f"§{value}")
    add("property-nested", "metadata.example.b[0]", "an array in an array",
        "[0.5]", "[§[0.5]]")
    add("tag-number", "sections[0].tag", "a tag that is a number",
        '"abcd"', "§1")
    add("section-data-array", "sections[0].data", "bytes as an array",
        '"AQI="', "§[1, 2]")
    add("role-code", "tensors[0].role", "a code for a name", '"weight"', "§0")
    for key, good, other in [
            ("role", "weight", "Weight"), ("dtype", "f32", "float32"),
            ("codec", "raw", "zstd")]:
        add(f"{key}-other", f"tensors[0].{key}", f"{key} {other}",
            f'"{key}": "{good}"', f'"{key}": §"{other}"')
    add("shape-string", "tensors[0].shape", "a shape as a string",
        "[1, 1]", '§"1x1"')
    add("shape-fraction", "tensors[0].shape[1]", "a dimension of 1.5",
        "[1, 1]", "[1, §1.5]")
    add("data-number", "tensors[0].data", "a number, not an array of one",
        '"data": [0.5]', '"data": §0.5')
    add("data-null", "tensors[0].data[0]", "null for an element",
        '"data": [0.5]', '"data": [§null]')
    add("data-nested", "tensors[0].data[0]", "rows as arrays",
        '"data": [0.5]', '"data": [§[0.5]]')


def texts(cases):
    def add(name, field, shows, old, new):
        change(cases, f"json-surrogate-{name}", "F63", field, shows, old, new)
    add("high", "vocab", "the first half by itself", '"aé"', '"a§\\ud83d"')
    add("low", "vocab", "the second half by itself", '"aé"', '"a§\\ude00"')
    add("swapped", "vocab", "both halves the wrong way round", '"aé"',
        '"§\\ude00\\ud83d"')
    add("high-twice", "vocab", "the first half twice", '"aé"',
        '"§\\ud83d\\ud83d\\ude00"')
    add("in-label", "metadata.title", "half a pair in a label", '"Names"',
        '"Names §\\ud800x"')


def properties(cases):
    def add(name, field, shows, old, new):
        change(cases, f"json-property-{name}", "F64", field, shows, old, new)
    counts, rate = '["7", "8"]', "[0.5]"
    a, b = "metadata.example.a", "metadata.example.b"
    add("empty-array", a, "an array of nothing", counts, "§[]")
    add("mixed", f"{a}[1]", "a number behind an integer", counts, '["7", §8]')
    add("mixed-doubles", f"{b}[1]", "an integer behind a number", rate,
        '[0.5, §"8"]')
    for name, text in [
            ("leading-zero", "07"), ("plus", "+7"), ("minus", "-0"),
            ("too-great", "18446744073709551616"), ("empty", ""),
            ("space", " 7"), ("fraction", "7.0"), ("hexadecimal", "0x7"),
            ("arabic-digit", "٧")]:
        add(f"integer-{name}", f"{a}[0]", f"the integer “{text}”", counts,
            f'[§"{text}", "8"]')
    add("double-infinity", f"{b}[0]",
        "an infinity, which is no double of a property", rate,
        '[§"Infinity"]')


def sections(cases):
    def add(name, field, shows, old, new):
        change(cases, f"json-section-{name}", "F65", field, shows, old, new)
    for name, tag, shows in [
            ("critical", "Abcd", "a critical section"),
            ("unsafe", "abcD", "a section that is unsafe to copy"),
            ("known", "mETa", "a section that has a key of its own"),
            ("short", "abc", "a tag of three letters"),
            ("digit", "ab1d", "a tag with a digit"),
            ("not-ASCII", "abcé", "a tag with é")]:
        add(f"tag-{name}", "sections[0].tag", shows, '"abcd"', f'§"{tag}"')
    add("order", "sections[1].tag", "sections out of order",
        '"zzzz"', '§"abca"')
    add("twice", "sections[1].tag", "a section comes twice", '"zzzz"',
        '§"abcd"')
    for name, data, shows in [
            ("without-padding", "AQI", "without padding"),
            ("stray-bits", "AQJ=", "bits that no byte uses are set"),
            ("padding-too-long", "AQ====", "too much padding"),
            ("padding-within", "AQ==AQI=", "padding within"),
            ("line-feed", "AQ\\nI=", "a line feed within"),
            ("url-safe", "_-I=", "the digits of another alphabet"),
            ("empty", "", "no bytes")]:
        add(name, "sections[0].data", f"base64: {shows}", '"AQI="',
            f'§"{data}"')


def elements(cases):
    def add(rule, name, index, shows, new, item=0):
        dtype = ["f32", "f64", "bf16", "f16"][index]
        first = tensors()[index]
        change(cases, f"json-{dtype}-{name}", rule,
               f"tensors[{index}].data[{item}]", shows, first,
               first.replace("[0.5]", new))
    # Halfway between the greatest number and what would follow it.
    for index, value in enumerate([
            2**128 - 2**103, 2**1024 - 2**970, 2**128 - 2**119, 65_520]):
        add("F66", "too-great", index, "the least number that is infinite",
            f"[§{value}]")
        add("F66", "too-low", index, "its negative", f"[§-{value}]")
    add("F66", "exponent", 1, "a number with a huge exponent",
        "[§1e99999999]")
    change(cases, "json-double-too-great", "F66", "metadata.example.b[0]",
           "a double that is infinite", "[0.5]", "[§1e309]")
    for index, digits in enumerate([8, 16, 4, 4]):
        infinity = ["7f800000", "7ff0000000000000", "7f80", "7c00"][index]
        add("F67", "nan-of-infinity", index, "the bits of an infinity",
            f'[§"NaN:{infinity}"]')
        add("F67", "nan-short", index, f"{digits - 1} digits",
            f'[§"NaN:{"f" * (digits - 1)}"]')
        add("F67", "nan-long", index, f"{digits + 1} digits",
            f'[§"NaN:{"f" * (digits + 1)}"]')
    for name, text, shows in [
            ("nan-alone", "NaN", "a NaN without bits"),
            ("nan-of-number", "NaN:3f800000", "the bits of 1"),
            ("nan-letter", "NaN:7fg00000", "the letter g"),
            ("nan-sign", "NaN:+fc00000", "a sign for a digit"),
            ("nan-case", "nan:7fc00000", "nan in lower case"),
            ("infinity-plus", "+Infinity", "a plus"),
            ("infinity-case", "infinity", "in lower case"),
            ("string-number", "0.5", "a number as a string"),
            ("string-empty", "", "a string of nothing")]:
        add("F67", name, 0, shows, f'[§"{text}"]')
    first, long = tensors()[0], tensors()[4]
    for name, old, line, count in [
            ("none", "[0.5]", first, 0), ("more", "[0.5]", first, 2),
            ("fewer", "[0.5, 0.5, 0.5, 0.5]", long, 3)]:
        index = 0 if line is first else 4
        values = ", ".join(["0.5"] * count)
        change(cases, f"json-elements-{name}", "F68", f"tensors[{index}].data",
               f"{count} elements", line, line.replace(old, f"§[{values}]"))


def contents(cases):
    def add(name, field, shows, old, new, base=TWIN):
        change(cases, f"json-{name}", "F69", field, shows, old, new, base)
    for field, least, greatest in [
            ("n_layer", 1, 1_000), ("n_head", 1, 65_536),
            ("n_embd", 1, 65_536), ("block_size", 1, 1_048_576)]:
        for value in (least - 1, greatest + 1, 2**32 + 1, -1):
            name = f"{field}-{value}".replace("--", "-minus-")
            add(name, f"config.{field}", f"{field} is {value}",
                f'"{field}": 1', f'"{field}": §{value}')
    for value in (1, 1_112_066, 2**32 + 3):
        add(f"vocab_size-{value}", "config.vocab_size",
            f"vocab_size is {value}", '"vocab_size": 3',
            f'"vocab_size": §{value}')
    add("n_head-no-divisor", "config.n_head", "2 heads in a width of 1",
        '"n_head": 1', '"n_head": §2')
    whole(cases, "json-vocab_size-without-BOS", "F69", "config.vocab_size",
          "BOS is not counted", TWIN.replace(
              '"vocab_size": 3', '"vocab_size": §3').replace("aé", "aéö"))
    add("vocab-descending", "vocab", "é stands before a", '"aé"', '§"éa"')
    add("vocab-twice", "vocab", "a character comes twice", '"aé"', '§"aa"')
    for name, key, shows in [
            ("capital", "Title", "a key with a capital"),
            ("empty", "", "a key of no bytes"),
            ("too-long", "b" * 65, "a key of 65 bytes"),
            ("beyond-ASCII", "é", "a key with é")]:
        add(f"property-key-{name}", "metadata", shows, '"title"', f'§"{key}"')
    add("property-control", "metadata.example.a", "text with U+001B",
        '["7", "8"]', '§"\\u001b[2J"')
    add("metadata-empty", "metadata", "no entries, but a section has a byte",
        METADATA, "§{}")
    add("label-form", "metadata.title", "title is a number", '"Names"', "§[1]")
    add("label-digest", "metadata.data_sha256", "a digest of 63 digits",
        '"example.a": ["7", "8"]', f'"data_sha256": §"{"0" * 63}"')
    add("training-form", "training.step", "step is a double", '"step": ["7"]',
        '"step": §[7]', TRAINED)
    add("training-step-missing", "training.step", "there is no step",
        '{"planned_steps": ["10"], "step": ["7"]}',
        '§{"planned_steps": ["10"]}', TRAINED)
    add("training-beyond-plan", "training.step", "step 11 of 10",
        '"step": ["7"]', '"step": §["11"]', TRAINED)
    add("tensor-name-other", "tensors[0].name", "another tensor's name",
        '"layer0.attn_wk"', '§"layer0.attn_wx"')
    lines = tensors()
    swapped = lines[:6] + [lines[8].replace('"wte"', '§"wte"')] + lines[7:]
    whole(cases, "json-tensor-order", "F69", "tensors[6].name",
          "wte stands where lm_head should",
          TWIN.replace(",\n  ".join(lines), ",\n  ".join(swapped)))
    add("tensor-role-other", "tensors[0].role", "a moment without a training",
        '"weight"', '§"adam_m"')
    add("tensor-shape-other", "tensors[4].shape", "[1, 4], not [4, 1]",
        "[4, 1]", "§[1, 4]")
    add("tensor-shape-shorter", "tensors[0].shape", "one dimension", "[1, 1]",
        "§[1]")
    add("tensors-none", "tensors", "no tensors at all",
        TWIN[TWIN.index('[\n  {"name"'):].rstrip()[:-2], "§[]")
    whole(cases, "json-tensor-last-missing", "F69", "tensors",
          "there is no wte", TWIN.replace(",\n  " + lines[8], "").replace(
              '"tensors": ', '"tensors": §'))
    whole(cases, "json-tensor-surplus", "F69", "tensors[9]",
          "a tensor behind the last one",
          TWIN.replace(lines[8], lines[8] + ",\n  §" + lines[8]))
    many = ", ".join(
        f'{{"tag": "a{a}{b}z", "data": "{base64.b64encode(b"1").decode()}"}}'
        for a in "ABCDEFGH" for b in "abcdefgh")
    old = TWIN[TWIN.index('[{"tag"'):TWIN.index(',\n "tensors"')]
    add("sections-too-many", "sections", "69 sections in all", old,
        f"§[{many}]")
