"""The valid files: small models that hold one thing each."""

import struct
import zlib
from dataclasses import dataclass

import mgpt
import twins
from draft import Draft
from streams import (
    DEFLATED, NIBBLES, STORED, Blocks, chunk, matched, nibble_form, pack,
    planes, stream)

WIDTHS = mgpt.WIDTHS


@dataclass
class Valid:
    name: str
    shows: str
    file: bytes
    twin: str
    canonical: bool
    lossless: bool


def encode(dtype, values):
    """Elements as the file has them; bf16 is cut, not rounded."""
    code = {"f32": "f", "f64": "d", "f16": "e", "bf16": "f"}[dtype]
    data = struct.pack(f"<{len(values)}{code}", *values)
    if dtype == "bf16":
        return b"".join(data[i + 2:i + 4] for i in range(0, len(data), 4))
    return data


def bits(dtype, values):
    code = {"f32": "I", "f64": "Q", "f16": "H", "bf16": "H"}[dtype]
    return struct.pack(f"<{len(values)}{code}", *values)


def random_words(seed):
    """SplitMix64, as section 14 has it."""
    state = seed
    while True:
        state = (state + 0x9E3779B97F4A7C15) % 2**64
        z = state
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9 % 2**64
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB % 2**64
        yield z ^ (z >> 31)


def weights(count, seed, positive=False):
    """Numbers that look like trained weights: sums of four uniform ones."""
    words = random_words(seed)
    result = []
    for _ in range(count):
        # In integers: sum() of floats is not the same in every Python.
        total = sum(next(words) >> 11 for _ in range(4))
        value = (total - 2**54) / 2**55
        result.append(abs(value) + 0.01 if positive else value)
    return result


def model(n_layer=1, n_head=1, n_embd=1, block_size=1, vocab="a", dtype="f32",
          codec="raw", training=None, metadata=None, sections=(), only=None,
          moments="f32"):
    """A content whose elements are like trained weights.

    `only` maps names of tensors to what is different: their dtype, codec, and
    data (bytes, or a function of the number of elements).
    """
    config = {
        "n_layer": n_layer, "n_head": n_head, "n_embd": n_embd,
        "block_size": block_size, "vocab_size": len(vocab) + 1}
    tensors = []
    for role, name, shape in mgpt.expected_tensors(
            config, training is not None):
        different = (only or {}).get(name if role == "weight" else role, {})
        kind = different.get(
            "dtype", dtype if role == "weight" else moments)
        data = different.get("data")
        count = shape[0] * shape[1]
        if callable(data):
            data = data(count)
        if data is None:
            data = encode(kind, weights(
                count, zlib.crc32(f"{role} {name}".encode()),
                positive=role == "adam_v"))
        tensors.append(mgpt.Tensor(
            name, role, kind, shape, different.get("codec", codec), data))
    return mgpt.Checkpoint(
        config, vocab, tensors, training, metadata, list(sections))


def worked_chunk(count):
    """The elements of the chunk in section 8.4."""
    return encode("f32", [
        0.0 if i == 40 else (-1)**i * (1 + i / 64) * 2.0**-(i % 4)
        for i in range(count)])


def example():
    values = {
        "layer0.attn_wk": [0.5], "layer0.attn_wo": [-1.0],
        "layer0.attn_wq": [2.0], "layer0.attn_wv": [0.25],
        "layer0.mlp_fc1": [1.0, -1.0, 0.5, -0.0],
        "layer0.mlp_fc2": [0.5, -1.0, 2.0, -0.25],
        "lm_head": [1.0, -2.0], "wte": [0.5, -0.5]}
    only = {name: {"data": encode("f32", numbers)}
            for name, numbers in values.items()}
    only["wpe"] = {"data": worked_chunk, "codec": "zlib"}
    return model(
        block_size=64, only=only, metadata={"example.note": "smallest"})


def hard_bits(dtype):
    """Bits that are hard to keep, of both signs: zeros, subnormals, the
    greatest number, infinities, NaNs with payloads."""
    fraction, width = {
        "f32": (23, 32), "f64": (52, 64), "bf16": (7, 16), "f16": (10, 16),
    }[dtype]
    sign = 1 << width - 1
    infinity = sign - (1 << fraction)
    values = [
        0, 1, (1 << fraction) - 1, 1 << fraction, infinity - 1, infinity,
        infinity + 1, infinity | 1 << fraction - 1, sign - 1]
    return bits(dtype, values + [sign | value for value in values])


def compressed(dtype):
    """Tensors whose parts are of every kind, each of odd length."""
    small, large = (
        (2.0**-14, 2.0**15) if dtype == "f16" else (2.0**-126, 2.0**100))

    def near(count):
        return encode(dtype, [
            (1 + abs(value)) * (-1)**i
            for i, value in enumerate(weights(count, 5))])

    def far_apart(count):
        # Exponents in two groups, too far from each other for nibbles.
        return encode(dtype, [
            (1.5 if i % 3 else small) * (-1)**(i % 5) for i in range(count)])

    def with_outliers(count):
        values = weights(count, 7, positive=True)
        values[5], values[count - 2] = small, large
        return encode(dtype, values)
    return model(
        block_size=131, vocab="".join(chr(0x100 + i) for i in range(150)),
        dtype=dtype, only={
            "wpe": {"codec": "zlib", "data": near if dtype == "f16" else None},
            "lm_head": {"codec": "zlib", "data": far_apart},
            "wte": {"codec": "zlib", "data": with_outliers}})


TRAINING = {
    "step": [300], "planned_steps": [1000], "seed": [2**64 - 1],
    "batch_size": [8], "warmup_steps": [20], "learning_rate": [0.01],
    "beta1": [0.85], "beta2": [0.99], "epsilon": [1e-8],
    "initial_deviation": [0.08], "minimum_rate": [0.0],
    "weight_decay": [0.1], "gradient_clip": [1.0], "dropout": [0.05],
    "validation_share": [0.125], "best_loss": [2.3125],
    "schedule": "cosine", "document": "lines",
    "data_sha256": "0123456789abcdef" * 4, "validation_every": [50],
    "patience": [5], "best_step": [250],
}

LABELS = {
    "title": "Names, a small model", "author": "Ann Example",
    "licence": "CC0-1.0 OR MIT",
    "description": "Two lines,\n\tthe second one with a tab.\nÉ 😀 \u200d e\u0301",
    "source": "https://example.org/names.txt",
    "data_sha256": "f" * 63 + "0", "data_documents": [30_460],
    "train_steps": [1_000], "train_seed": [2**64 - 1],
    "train_loss": [2.25], "validation_loss": [2.3],
    "history_steps": [0, 1, 2**53 + 1],
    "history_loss": [3.5, 5e-324, -0.0],
    "history_validation_steps": [1_000],
    "history_validation_loss": [1.7976931348623157e308],
    "example.counts": [0, 2**63, 2**64 - 1], "example.empty": "",
    "a": "a key without a dot that this version does not know",
    "-": [0.1], ".": [1.0, -1e-7, 1e21, 123456789.125],
    "example." + "k" * 56: "a key of 64 bytes",
}


def plain_files():
    yield "smallest", "nine raw tensors of f32, one character", model()
    yield "example", "the example of section 17", example()
    yield "two-layers", "two layers, two heads, rectangular tensors", model(
        n_layer=2, n_head=2, n_embd=2, block_size=3, vocab="abc")
    yield "eleven-layers", (
        "the order of names: layer10 stands before layer2"), model(
            n_layer=11, dtype="bf16")
    for dtype in mgpt.DTYPES:
        yield f"values-{dtype}", (
            f"{dtype}: zeros, subnormals, infinities, NaN payloads"), model(
                n_embd=2, block_size=9, dtype=dtype, only={
                    "wpe": {"data": hard_bits(dtype)}})
    for dtype in mgpt.DTYPES:
        yield f"zlib-{dtype}", (
            f"{dtype} compressed: signs that differ and that agree, planes "
            "stored, deflated and as nibbles"), compressed(dtype)
    yield "zlib-values", "what is hard to keep, compressed", model(
        n_embd=2, block_size=36, only={
            "wpe": {"codec": "zlib", "data": hard_bits("f32") * 4}})
    yield "mixed", "every type and both codecs in one file", model(
        n_embd=6, block_size=32, only={
            name: {"dtype": dtype, "codec": codec}
            for name, dtype, codec in [
                ("layer0.attn_wk", "f16", "raw"),
                ("layer0.attn_wq", "bf16", "raw"),
                ("layer0.mlp_fc1", "f32", "zlib"),
                ("layer0.mlp_fc2", "bf16", "zlib"),
                ("wpe", "f64", "zlib"), ("wte", "f64", "raw")]})
    yield "small-stays-raw", (
        "all tensors were to be compressed, which would have made them longer"
    ), model(n_embd=2, codec="zlib")
    yield "training-state", (
        "oPTM with all keys, Adam's moments in another type"), model(
            training=TRAINING, moments="f64", metadata={"title": "Half done"})
    yield "training-state-least", "oPTM with just the two keys it needs", (
        model(training={"step": [0], "planned_steps": [0]}, dtype="bf16",
              moments="bf16"))
    yield "labels", (
        "mETa with all keys, keys of others, and a later version's"), model(
            metadata=LABELS)
    yield "vocabulary", (
        "control characters, combining marks, U+FEFF, noncharacters, "
        "U+10FFFF"), model(vocab="".join(sorted(
            "\0\t\n\r\x1b\"/\\az~\x7f\x85\xa0é\u0301\u0130\u200d\u2028\ud7ff"
            "\ue000\ufeff\ufffd\uffff\U00010000\U0001f600\U0010ffff")))
    yield "sections-safe-to-copy", "unknown sections, which copies keep", (
        model(metadata={"title": "With more"}, sections=[
            ("abcd", b"\0\xff"), ("zzzz", b"more")]))
    yield "sections-64", "as many sections as there may be", model(
        sections=[(f"a{a}{b}z", f"{a}{b}".encode())
                  for a in "ABCDEFGH" for b in "abcdefgh"][:60])


def chunks(dtype="f64"):
    """Two chunks, the second one short, all signs of which agree."""
    count = 32_768 + 9
    return model(block_size=count, only={"wpe": {
        "dtype": dtype, "codec": "zlib", "data": encode(
            dtype, [0.5, -0.5] * 16_384 + [0.5] * 9)}})


def recoded(content, name, stored):
    """The file of a content with a tensor coded as given."""
    draft = Draft(mgpt.serialize(content))
    index = [tensor.name for tensor in content.tensors].index(name)
    draft.set_record(index, codec=1)
    draft.stored[index] = stored
    return bytes(draft.file())


def other_codings():
    """Files that are valid, but not what a canonical encoder gives."""
    content = example()
    data = worked_chunk(64)
    turned = planes(data, 4, 1)
    straight = planes(data, 4, 0)
    form = mgpt.to_nibbles(turned[3])

    def file(*parts, rotation=1):
        return recoded(content, "wpe", pack([chunk(rotation, *parts)]))
    yield "coded-as-stored", "planes stored that could be deflated", content, (
        file(*((STORED, plane) for plane in turned)))
    yield "coded-not-rotated", "no rotation where signs differ", content, file(
        *((DEFLATED, stream(plane)) for plane in straight), rotation=0)
    yield "coded-with-matches", "streams with matches", content, file(
        *((DEFLATED, matched(plane)) for plane in turned[:3]),
        (NIBBLES, matched(form)))
    first, second, third, _ = turned
    yield "coded-in-blocks", (
        "streams of stored, fixed and empty blocks, and of a small window"
    ), content, file(
        (DEFLATED, stream(first, Blocks().stored(first[:1]).stored(
            first[1:30]).stored(first[30:], last=True))),
        (DEFLATED, stream(second, Blocks().fixed(b"").stored(b"").fixed(
            second[:9]).fixed(second[9:], distance=4, last=True))),
        (DEFLATED, stream(third, header=b"\x18\x19")),
        (NIBBLES, stream(form, Blocks().stored(form[:3]).fixed(
            form[3:]).stored(b"", last=True))))
    yield "coded-without-nibbles", "a plane deflated that has a nibble form", (
        content), file(*((DEFLATED, stream(plane)) for plane in turned))
    # The canonical base is 113, the smallest that will do: 124 to 127 and one
    # exception are what the plane holds.
    other = nibble_form(124, [(40, 0)], [
        byte - 124 if byte else 15 for byte in turned[3]])
    yield "coded-with-other-base", "nibbles on another base", content, file(
        *((STORED, plane) for plane in turned[:3]), (NIBBLES, stream(other)))
    positive = model(block_size=40, only={"wpe": {
        "data": encode("f32", weights(40, 1, positive=True))}})
    for tensor in positive.tensors:
        if tensor.name == "wpe":
            tensor.codec = "zlib"
            straight = planes(tensor.data, 4, 1)
    yield "coded-rotated", "rotation where all signs agree", positive, recoded(
        positive, "wpe", pack([chunk(1, *((STORED, p) for p in straight))]))
    tiny = model()
    for tensor in tiny.tensors:
        if tensor.name == "wte":
            tensor.codec = "zlib"
            parts = planes(tensor.data, 4, 0)
    yield "coded-longer", "8 bytes that take 32 compressed", tiny, recoded(
        tiny, "wte", pack([chunk(0, *((STORED, p) for p in parts))]))
    long = chunks()
    data = next(t.data for t in long.tensors if t.name == "wpe")
    pieces = [data[:mgpt.CHUNK], data[mgpt.CHUNK:]]
    yield "coded-chunks", "two chunks in a few bytes, by matches", long, (
        recoded(long, "wpe", pack([
            chunk(rotation, *((DEFLATED, matched(plane)) for plane in planes(
                piece, 8, rotation)))
            for rotation, piece in zip((1, 0), pieces)])))


def files():
    def entry(name, shows, file, canonical=True, lossless=True, twin=None):
        file = bytes(file)
        if twin is None:
            twin = mgpt.to_json(mgpt.parse(file))
        return Valid(name, shows, file, twin, canonical, lossless)

    for name, shows, content in plain_files():
        yield entry(name, shows, mgpt.serialize(content))
    yield entry("chunks", "two chunks, the second one short", mgpt.serialize(
        chunks()))
    for name, shows, content, file in other_codings():
        assert mgpt.parse(file).tensors == content.tensors, name
        yield entry(name, shows, file, canonical=False)

    for name, shows, make in [
            ("twin-rounding", "numbers of a twin that are hard to round",
             twins.rounding),
            ("twin-spellings", "a twin as another program may spell it",
             twins.spellings)]:
        content, twin = make(model)
        yield entry(name, shows, mgpt.serialize(content), twin=twin)

    draft = Draft(mgpt.serialize(example()))
    draft.minor = 7
    yield entry("minor-7", "a minor version to come", draft.file(),
                canonical=False)
    draft = Draft(mgpt.serialize(model(sections=[("safe", b"kept")])))
    draft.sections.append([b"zzzE", b"not copied"])
    yield entry(
        "sections-unsafe-to-copy", "an unknown section, which copies lack",
        draft.file(), lossless=False)
