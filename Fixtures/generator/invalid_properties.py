"""Broken rules F40 to F44: the properties of oPTM and mETa."""

from draft import f64, u16, u32, u64
from invalid_layout import CODE, LAYOUT, MISSING, ORDER, RANGE, TRUNCATED
from invalid_sections import TEXT, contents

TEXT_TYPE, INTEGERS, DOUBLES = range(3)


def entry(key, kind, value, key_length=None, value_length=None):
    key = key if isinstance(key, bytes) else key.encode()
    return (
        u16(len(key) if key_length is None else key_length, kind)
        + u32(len(value) if value_length is None else value_length)
        + key + value)


def properties(values):
    """Entries in order of {key: (type, bytes)}."""
    return b"".join(
        entry(key, *value) for key, value in sorted(values.items()))


def add(cases):
    entries(cases)
    keys(cases)
    values(cases)
    labels(cases)
    training(cases)


def label(cases, name, rule, reason, field, shows, text, at=None, **more):
    """Adds a file whose mETa has these bytes; `at` counts from its start."""
    offset = None
    if at is not None:
        def offset(places):
            return places.find("mETa")[0] + at
    cases.binary(name, rule, reason, f"mETa.{field}", shows, offset=offset,
                 change=contents(b"mETa", text), **more)


def entries(cases):
    whole = entry("example.a", TEXT_TYPE, b"b")
    for field, length in [
            ("key_length", 1), ("type", 3), ("value_length", 7),
            ("key", 16), ("example.a", 17)]:
        text = entry("example.b", TEXT_TYPE, b"b")[:length]
        start = {"key_length": 0, "type": 2, "value_length": 4, "key": 8,
                 "example.a": 17}[field]
        field = "example.b" if field == "example.a" else field
        name = "value" if field == "example.b" else field
        label(cases, f"property-cut-in-{name}", "F40", TRUNCATED, field,
              f"mETa ends within the {name} of its second entry",
              whole + text, at=len(whole) + start)
    for name, rule, reason, field, shows, text, at in [
            ("cut", "F40", TRUNCATED, "value_length",
             "oPTM ends within an entry", entry("z.a", 0, b"")[:6], 4),
            ("key-capital", "F41", RANGE, "key", "a key with a capital",
             entry("z.A", 0, b""), 8),
            ("text-escape", "F42", RANGE, "z.a", "text with U+001B",
             entry("z.a", 0, b"\x1b"), 11)]:
        good = properties({"planned_steps": (INTEGERS, u64(10)),
                           "step": (INTEGERS, u64(7))})
        cases.binary(
            f"training-property-{name}", rule, reason, f"oPTM.{field}", shows,
            base="training-state", change=contents(b"oPTM", good + text),
            offset=lambda places, at=len(good) + at:
            places.find("oPTM")[0] + at)
    label(cases, "property-key-length-greatest", "F40", TRUNCATED, "key",
          "a key that is said to have 65,535 bytes",
          entry("example.a", TEXT_TYPE, b"b", key_length=65_535), at=8)


def keys(cases):
    for name, key, shows in [
            ("not-UTF-8", b"example.\xff", "a key in no UTF-8"),
            ("empty", b"", "a key of no bytes"),
            ("too-long", b"a." + b"b" * 63, "a key of 65 bytes"),
            ("capital", b"example.A", "a key with a capital"),
            ("space", b"example a", "a key with a space"),
            ("escape", b"example.\x1b[2J", "a key that clears a terminal"),
            ("beyond-ASCII", "example.é".encode(), "a key with é")]:
        label(cases, f"key-{name}", "F41",
              TEXT if name == "not-UTF-8" else RANGE, "key", shows,
              entry(key, TEXT_TYPE, b"b"), at=8)
    for name, first, second, shows in [
            ("order", "example.b", "example.a", "keys out of order"),
            ("twice", "example.a", "example.a", "a key comes twice"),
            ("order-prefix", "example.ab", "example.a",
             "a key behind one that it begins")]:
        text = entry(first, TEXT_TYPE, b"b")
        label(cases, f"key-{name}", "F41", ORDER, "key", shows,
              text + entry(second, TEXT_TYPE, b"b"), at=len(text) + 8)


def values(cases):
    key = "example.a"
    length = 1_048_577
    label(cases, "value-too-long", "F42", RANGE, key,
          "a value of 1,048,577 bytes",
          entry(key, TEXT_TYPE, b"b" * length), shrink=True)
    label(cases, "value-length-greatest", "F42", RANGE, key,
          "a value that is said to have 2^32 - 1 bytes",
          entry(key, TEXT_TYPE, b"b", value_length=2**32 - 1))
    for name, reason, kind, value, shows in [
            ("type-3", CODE, 3, b"b", "a type of value that there is not"),
            ("type-256", CODE, 256, b"b", "the type 256"),
            ("text-not-UTF-8", TEXT, TEXT_TYPE, b"b\xff", "text in no UTF-8"),
            ("text-return", RANGE, TEXT_TYPE, b"b\r\n",
             "text with a carriage return"),
            ("text-zero", RANGE, TEXT_TYPE, b"b\0", "text with U+0000"),
            ("text-delete", RANGE, TEXT_TYPE, b"b\x7f", "text with U+007F"),
            ("text-c1", RANGE, TEXT_TYPE, b"b\xc2\x9b", "text with U+009B"),
            ("integers-of-9-bytes", LAYOUT, INTEGERS, u64(1) + b"\0",
             "u64 in 9 bytes"),
            ("integers-none", RANGE, INTEGERS, b"", "no u64 at all"),
            ("doubles-of-4-bytes", LAYOUT, DOUBLES, b"\0\0\x80?",
             "f64 in 4 bytes"),
            ("doubles-none", RANGE, DOUBLES, b"", "no f64 at all"),
            ("double-NaN", RANGE, DOUBLES, f64(1, float("nan")),
             "a NaN behind a number"),
            ("double-infinity", RANGE, DOUBLES, f64(float("-inf")),
             "an infinity")]:
        label(cases, f"value-{name}", "F42", reason, key, shows,
              entry(key, kind, value))


# Values that assigned keys may not have: {form: [(name, type, bytes, what)]}.
LINE = [
    ("integer", INTEGERS, u64(1), "a u64, not a text"),
    ("empty", TEXT_TYPE, b"", "an empty text"),
]
WRONG = {
    "integer": [
        ("double", DOUBLES, f64(1), "an f64, not a u64"),
        ("two", INTEGERS, u64(1, 2), "two u64, not one"),
    ],
    "double": [
        ("integer", INTEGERS, u64(1), "a u64, not an f64"),
        ("two", DOUBLES, f64(1, 2), "two f64, not one"),
    ],
    "line": LINE + [
        ("line-feed", TEXT_TYPE, b"a\nb", "a text of two lines"),
        ("tab", TEXT_TYPE, b"a\tb", "a text with a tab"),
        ("201", TEXT_TYPE, b"a" * 201, "a text of 201 bytes"),
    ],
    "source": LINE + [
        ("line-feed", TEXT_TYPE, b"a\nb", "a text of two lines"),
        ("2001", TEXT_TYPE, b"a" * 2_001, "a text of 2,001 bytes"),
    ],
    "text": LINE + [
        ("10001", TEXT_TYPE, b"a" * 10_001, "a text of 10,001 bytes"),
    ],
    "digest": [
        ("63", TEXT_TYPE, b"0" * 63, "63 digits"),
        ("65", TEXT_TYPE, b"0" * 65, "65 digits"),
        ("capital", TEXT_TYPE, b"0" * 63 + b"A", "a digit in upper case"),
        ("letter", TEXT_TYPE, b"0" * 63 + b"g", "the letter g"),
        ("integers", INTEGERS, u64(*[1] * 8), "eight u64, which are 64 bytes"),
    ],
    "integers": [
        ("double", DOUBLES, f64(1), "an f64, not a u64"),
        ("4097", INTEGERS, bytes(8 * 4_097), "4,097 u64"),
    ],
    "doubles": [
        ("integer", INTEGERS, u64(1), "a u64, not an f64"),
        ("4097", DOUBLES, bytes(8 * 4_097), "4,097 f64"),
    ],
}

LABELS = {
    "title": "line", "author": "line", "licence": "line", "source": "source",
    "description": "text", "data_sha256": "digest",
    "data_documents": "integer", "train_steps": "integer",
    "train_seed": "integer", "train_loss": "double",
    "validation_loss": "double", "history_steps": "integers",
    "history_loss": "doubles", "history_validation_steps": "integers",
    "history_validation_loss": "doubles",
}
TRAINING = {
    "step": "integer", "planned_steps": "integer", "seed": "integer",
    "batch_size": "integer", "warmup_steps": "integer",
    "learning_rate": "double", "beta1": "double", "beta2": "double",
    "epsilon": "double", "initial_deviation": "double",
    "minimum_rate": "double", "weight_decay": "double",
    "gradient_clip": "double", "dropout": "double",
    "validation_share": "double", "best_loss": "double", "schedule": "line",
    "document": "line", "data_sha256": "digest",
    "validation_every": "integer", "patience": "integer",
    "best_step": "integer",
}


def labels(cases):
    seen = set()
    for key, form in LABELS.items():
        # Each form with all that can be wrong, each further key with the type.
        wrong = WRONG[form] if form not in seen else WRONG[form][:1]
        seen.add(form)
        for name, kind, value, shows in wrong:
            label(cases, f"label-{key}-{name}", "F43", RANGE, key,
                  f"{key}: {shows}", entry(key, kind, value),
                  shrink=len(value) > 1_000)


def training(cases):
    required = {"planned_steps": (INTEGERS, u64(10)),
                "step": (INTEGERS, u64(7))}

    def state(name, rule, reason, key, shows, values, **more):
        cases.binary(
            f"training-{name}", rule, reason, f"oPTM.{key}", shows,
            base="training-state",
            change=contents(b"oPTM", properties(values)), **more)
    seen = set()
    for key, form in TRAINING.items():
        wrong = WRONG[form] if form not in seen else WRONG[form][:1]
        seen.add(form)
        for name, kind, value, shows in wrong:
            state(f"{key}-{name}", "F43", RANGE, key, f"{key}: {shows}",
                  {**required, key: (kind, value)})
    for key in required:
        other = {name: value for name, value in required.items() if name != key}
        state(f"{key}-missing", "F44", MISSING, key, f"there is no {key}",
              other, offset=lambda places: places.find("oPTM")[0])
    state("step-beyond-plan", "F44", RANGE, "step", "step 11 of 10",
          {**required, "step": (INTEGERS, u64(11))})
