"""Broken rules F24 to F39 and F45 to F49: CONF, VOCB, TDIR, the tensors."""

import zlib

from draft import Places, u32, u64
from invalid_layout import (
    CODE, LAYOUT, MISSING, NONZERO, ORDER, RANGE, TRAILING)

TEXT = "malformedText"
UNEXPECTED = "unexpected"


def add(cases):
    configuration(cases)
    vocabulary(cases)
    records(cases)
    dimensions(cases)
    tensor_places(cases)
    model(cases)


def contents(tag, value):
    """A change that gives a section other bytes."""
    return lambda draft: draft.section(tag).__setitem__(1, value)


def configuration(cases):
    add = cases.binary
    for length in (28, 36):
        add(f"CONF-of-{length}-bytes", "F24", LAYOUT, "CONF",
            f"CONF has {length} bytes",
            change=lambda draft, length=length: contents(
                b"CONF", bytes(draft.section(b"CONF")[1]).ljust(length, b"\0")[
                    :length])(draft))
    for field, codes in [
            ("architecture", (0, 2)), ("activation", (0, 2)), ("tying", (1,))]:
        for code in codes:
            add(f"{field}-{code}", "F25", CODE, f"CONF.{field}",
                f"{field} has the code {code}",
                poke={f"CONF.{field}": u32(code)})
    for field, least, greatest in [
            ("n_layer", 1, 1_000), ("n_head", 1, 65_536),
            ("n_embd", 1, 65_536), ("block_size", 1, 1_048_576),
            ("vocab_size", 2, 1_112_065)]:
        for value in (least - 1, greatest + 1, 2**32 - 1):
            add(f"{field}-{value}", "F26", RANGE, f"CONF.{field}",
                f"{field} is {value}", poke={f"CONF.{field}": u32(value)})
    add("n_head-no-divisor", "F26", RANGE, "CONF.n_head",
        "2 heads do not divide a width of 1", poke={"CONF.n_head": u32(2)})

    def row_more(draft):
        draft.section(b"CONF")[1][28:32] = u32(3)
        for index in (6, 8):
            draft.stored[index] += bytes(4)
            draft.set_record(
                index, crc32=zlib.crc32(draft.stored[index]),
                decoded_length=12, **{"dims[0]": 3})
    add("vocab_size-too-great", "F45", RANGE, "CONF.vocab_size",
        "3 tokens with their rows, but one character and BOS",
        change=row_more)
    add("vocab_size-without-BOS", "F45", RANGE, "CONF.vocab_size",
        "2 tokens, but two characters and BOS",
        change=contents(b"VOCB", b"ab"))


def vocabulary(cases):
    add = cases.binary
    count = 4_448_256 + 1
    add("VOCB-too-long", "F27", RANGE, "VOCB.characters",
        "one byte more than four for each character there is",
        change=contents(b"VOCB", b"a" * count), shrink=True)
    for name, text, at, shows in [
            ("continuation", b"ab\x80", 2, "a continuation byte by itself"),
            ("overlong", b"\xc1\xa1bc", 0, "the letter a in two bytes"),
            ("overlong-three", b"ab\xe0\x9f\xbf", 2,
             "U+07FF in three bytes"),
            ("surrogate", b"ab\xed\xa0\x80", 2,
             "half a surrogate pair, U+D800"),
            ("too-great", b"ab\xf4\x90\x80\x80", 2, "U+110000"),
            ("cut-short", b"ab\xf0\x9f\x98", 2, "the end within a character"),
            ("latin-1", b"ab\xe9", 2, "Latin-1, not UTF-8")]:
        add(f"VOCB-{name}", "F28", TEXT, "VOCB.characters", shows,
            base="two-layers", change=contents(b"VOCB", text), skip=at)
    for name, text, at, shows in [
            ("descending", "acb", 2, "c stands before b"),
            ("twice", "é😀😀", 6, "a character comes twice"),
            ("by-UTF-16", "a😀\uffff", 5,
             "sorted by UTF-16, where surrogates precede U+FFFF")]:
        add(f"VOCB-{name}", "F29", ORDER, "VOCB.characters", shows,
            base="two-layers", change=contents(b"VOCB", text.encode()),
            skip=at)


def records(cases):
    add = cases.binary
    add("TDIR-one-byte-more", "F30", LAYOUT, "TDIR",
        "TDIR is a byte longer than its records",
        change=lambda draft: draft.freeze(b"TDIR").append(0))
    for name, text, at, shows in [
            ("empty", bytes(14), 0, "a name of no bytes"),
            ("escape", b"layer0\x1battn_wk", 6, "an escape in a name"),
            ("delete", b"layer0.attn_w\x7f", 13, "U+007F in a name"),
            ("c1", b"layer0\xc2\x85attn_w", 6, "U+0085 in a name"),
            ("not-UTF-8", b"layer0.attn_w\xff", 13, "a name in no UTF-8"),
            ("behind-end", b"layer0.attn_wk" + bytes(33) + b"x", 47,
             "a byte behind the zeros that end a name")]:
        add(f"name-{name}", "F31",
            NONZERO if name == "behind-end" else TEXT, "TDIR[0].name", shows,
            change=lambda draft, text=text: draft.set_name(0, text), skip=at)
    for field, code in [("role", 3), ("dtype", 4), ("codec", 2)]:
        add(f"{field}-{code}", "F32", CODE, f"TDIR[4].{field}",
            f"{field} has the code {code}",
            poke={f"TDIR[4].{field}": bytes([code])})
    for rank in (0, 5):
        add(f"rank-{rank}", "F33", RANGE, "TDIR[0].rank",
            f"{rank} dimensions", poke={"TDIR[0].rank": bytes([rank])})


def dimensions(cases):
    add = cases.binary
    add("dims-zero", "F34", RANGE, "TDIR[0].dims[1]", "a dimension of 0",
        poke={"TDIR[0].dims[1]": u64(0)})
    add("dims-2-63-bytes", "F34", RANGE, "TDIR[0].dims[0]",
        "2^61 elements of 4 bytes: 2^63 in the first dimension",
        poke={"TDIR[0].dims[0]": u64(2**61)})
    add("dims-product-2-63-bytes", "F34", RANGE, "TDIR[0].dims[1]",
        "2^31 times 2^30 elements of 4 bytes",
        poke={"TDIR[0].dims[0]": u64(2**31), "TDIR[0].dims[1]": u64(2**30)})
    inverse = pow(3, -1, 2**62)
    add("dims-product-wraps", "F34", RANGE, "TDIR[0].dims[1]",
        "a product that is the right one modulo 2^64",
        poke={"TDIR[0].dims[0]": u64(3), "TDIR[0].dims[1]": u64(inverse)})
    for axis in (2, 3):
        add(f"dims-beyond-rank-{axis}", "F34", NONZERO,
            f"TDIR[0].dims[{axis}]", "a dimension beyond the rank is not 0",
            poke={f"TDIR[0].dims[{axis}]": u64(1)})
    for name, length in [("shorter", 3), ("longer", 8)]:
        add(f"decoded-length-{name}", "F35", LAYOUT,
            "TDIR[0].decoded_length",
            f"{length} bytes decoded, where dtype and dims give 4",
            poke={"TDIR[0].decoded_length": u64(length)})


def tensor_places(cases):
    add = cases.binary

    def gap(key, count):
        return lambda draft: draft.gaps.__setitem__(key, count)
    for name, index, count, shows in [
            ("hole-first", 0, 64, "DATA begins with 64 zeros"),
            ("hole", 8, 64, "64 zeros more than needed before a tensor"),
            ("misaligned", 8, 8, "a tensor begins 8 bytes too late")]:
        add(f"tensor-offset-{name}", "F36", LAYOUT, f"TDIR[{index}].offset",
            shows, change=gap(index, count))
    add("tensor-offset-overlap", "F36", LAYOUT, "TDIR[8].offset",
        "a tensor is said to begin where another one does",
        poke={"TDIR[8].offset": u64(0x680)})
    add("tensor-offset-outside", "F36", LAYOUT, "TDIR[0].offset",
        "a tensor is said to begin in CONF", poke={"TDIR[0].offset": u64(256)})
    for name, length in [("past-end", 9), ("greatest", 2**64 - 1)]:
        add(f"stored-length-{name}", "F37", LAYOUT, "TDIR[8].stored_length",
            "the last tensor is said to be longer than what DATA has left",
            poke={"TDIR[8].stored_length": u64(length)})

    add("stored-length-behind-end", "F37", LAYOUT, "TDIR[8].stored_length",
        "DATA ends before the place where the last tensor would begin",
        change=lambda draft: draft.freeze(b"DATA").__delitem__(
            slice(-19, None)))

    def stored(index, value):
        return lambda draft: draft.stored.__setitem__(index, value)
    for name, length in [("shorter", 4), ("longer", 12)]:
        add(f"raw-stored-{name}", "F38", LAYOUT, "TDIR[8].stored_length",
            f"a raw tensor of 8 bytes is stored in {length}",
            change=lambda draft, length=length: stored(
                8, draft.stored[8][:length].ljust(length, b"\0"))(draft))
    add("zlib-table-only", "F38", LAYOUT, "TDIR[7].stored_length",
        "a compressed tensor that has no parts",
        change=lambda draft: stored(7, draft.stored[7][:24])(draft))

    def bomb(draft):
        # 8 MiB take a table of 32 entries, and 4,065 bytes at least.
        draft.section(b"CONF")[1][24:28] = u32(1_048_576)
        draft.set_record(7, dtype=1, codec=1, **{
            "dims[0]": 1_048_576, "decoded_length": 8_388_608})
        draft.stored[7] = bytes(4_063)
    add("zlib-bomb", "F38", LAYOUT, "TDIR[7].stored_length",
        "4,063 bytes that claim to decode to 8 MiB, more than deflate can do",
        change=bomb)

    add("DATA-goes-on", "F39", TRAILING, "DATA",
        "three bytes behind the last tensor",
        change=lambda draft: draft.freeze(b"DATA").extend(bytes(3)))


def model(cases):
    add = cases.binary
    add("tensor-name-other", "F46", UNEXPECTED, "TDIR[8].name",
        "a tensor has a name that no tensor of the model has",
        change=lambda draft: draft.set_name(8, b"xte"))
    add("tensor-name-longer", "F46", UNEXPECTED, "TDIR[8].name",
        "a name of 48 bytes, which has no zero behind it",
        change=lambda draft: draft.set_name(8, b"x" * 48))

    def swap(draft):
        for items in (draft.records, draft.stored):
            items[6], items[8] = items[8], items[6]
    add("tensor-order", "F46", UNEXPECTED, "TDIR[6].name",
        "wte stands where lm_head should", change=swap)

    def twice(draft):
        for items in (draft.records, draft.stored):
            items.insert(7, bytearray(items[6]))
    add("tensor-twice", "F46", UNEXPECTED, "TDIR[7].name",
        "lm_head comes twice", change=twice)
    add("tensor-missing", "F46", UNEXPECTED, "TDIR[6].name",
        "there is no lm_head", change=lambda draft: draft.drop(6))
    add("tensor-role-other", "F46", UNEXPECTED, "TDIR[8].name",
        "wte is said to be a moment of Adam's",
        poke={"TDIR[8].role": b"\x01"})

    def by_number(draft):
        def number(pair):
            name = pair[0][:48].rstrip(b"\0").decode()
            layer, _, rest = name.partition(".")
            return (int(layer[5:]) if rest else 99, rest or layer)
        pairs = sorted(zip(draft.records, draft.stored), key=number)
        draft.records, draft.stored = map(list, zip(*pairs))
    add("tensor-order-by-number", "F46", UNEXPECTED, "TDIR[12].name",
        "layer2 stands before layer10", base="eleven-layers",
        change=by_number)

    def shape(index, *dims):
        fields = {f"dims[{axis}]": size for axis, size in enumerate(dims)}
        return lambda draft: draft.set_record(index, rank=len(dims), **fields)
    for name, index, dims, shows in [
            ("transposed", 4, (1, 4), "mlp_fc1 is [1, 4], not [4, 1]"),
            ("rank-1", 4, (4, 0), "mlp_fc1 is [4], not [4, 1]"),
            ("rank-3", 4, (4, 1, 1), "mlp_fc1 is [4, 1, 1], not [4, 1]"),
            ("rank-4", 4, (2, 1, 2, 1), "mlp_fc1 has four dimensions")]:
        rank = 1 if name == "rank-1" else len(dims)
        add(f"tensor-shape-{name}", "F47", RANGE, f"TDIR[{index}].dims", shows,
            change=lambda draft, index=index, dims=dims, rank=rank: (
                shape(index, *dims)(draft),
                draft.set_record(index, rank=rank)))

    def halves(draft):
        draft.set_record(8, dtype=3, **{"dims[0]": 4})
    add("tensor-shape-of-other-type", "F47", RANGE, "TDIR[8].dims",
        "four f16 fill the bytes of two f32", change=halves)
    add("tensor-last-missing", "F48", MISSING, "TDIR", "there is no wte",
        change=lambda draft: draft.drop(8))

    def surplus(draft):
        draft.records.append(bytearray(draft.records[8]))
        draft.stored.append(draft.stored[8])
    add("tensor-surplus", "F48", UNEXPECTED, "TDIR[9].name",
        "a tensor behind the last one", change=surplus)
    add("moments-without-training-state", "F48", UNEXPECTED, "TDIR[9].name",
        "Adam's moments without oPTM", base="training-state",
        change=lambda draft: draft.sections.remove(draft.section(b"oPTM")))
    add("training-state-without-moments", "F48", MISSING, "TDIR",
        "oPTM without Adam's moments", base="training-state",
        change=lambda draft: draft.drop(*range(9, 27)))
    add("training-state-without-second-moments", "F48", MISSING, "TDIR",
        "oPTM and Adam's first moments alone", base="training-state",
        change=lambda draft: draft.drop(*range(18, 27)))
    for name, index in [("first", 0), ("last", 7)]:
        offset = sum(Places(cases.valid["example"]).find(f"DATA[{index}]"))
        add(f"padding-behind-{name}-tensor", "F49", NONZERO, "padding",
            "a byte between two tensors is not zero", offset=offset,
            poke={offset: b"\x01"})
