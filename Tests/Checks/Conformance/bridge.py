#!/usr/bin/env python3
"""Tests of Spec/mgpt.py, and of the blocks in Spec/FORMAT.md with its help.

    python3 Tests/Checks/Conformance/bridge.py

The standard library is enough; the part about NumPy needs NumPy and says so
where it is missing. MGPT_SEED repeats a run with the seed that it printed.
"""

import contextlib
import fcntl
import hashlib
import io
import math
import os
import pathlib
import random
import re
import stat
import struct
import subprocess
import sys
import tempfile
import types
import unittest
import zlib

ROOT = pathlib.Path(__file__).resolve().parents[3]
sys.path.insert(0, str(ROOT / "Spec"))
sys.dont_write_bytecode = True

import mgpt  # noqa: E402
import sample  # noqa: E402

NAMES = (ROOT / "Fixtures/names.mgpt").read_bytes()
SEED = int(os.environ.get("MGPT_SEED") or random.randrange(2**32))


def element(rng, dtype):
    """Any bits, or what a weight may be."""
    if rng.random() < 0.2:
        return rng.randbytes(mgpt.WIDTHS[dtype])
    return mgpt.from_float(dtype, rng.gauss(0, 0.05))


def model(rng, with_moments=False, **given):
    """A small model with everything that a file can hold."""
    config = {"n_layer": rng.randint(1, 2), "n_head": rng.choice([1, 2]),
              "n_embd": rng.choice([2, 4, 8]),
              "block_size": rng.randint(1, 99),
              "vocab_size": rng.randint(2, 9), **given}
    vocab = "".join(sorted(rng.sample(
        "\0\n az\x7f\x85éßж\u2028\ufeff😀\U0010ffff",
        config["vocab_size"] - 1)))
    tensors = []
    for role, name, shape in mgpt.expected_tensors(config, with_moments):
        dtype = rng.choice(mgpt.DTYPES)
        tensors.append(mgpt.Tensor(
            name, role, dtype, shape, rng.choice(mgpt.CODECS),
            b"".join(element(rng, dtype) for _ in range(math.prod(shape)))))
    return mgpt.Checkpoint(
        config, vocab, tensors,
        {"step": [3], "planned_steps": [2**64 - 1], "x.y": [-0.0, 5e-324]}
        if with_moments else None,
        {"title": "é “\"\\”", "train_loss": [1e300], "zz.top": "a\n\tb"},
        [("abcd", b"\0\1\2"), ("zZZz", bytes(range(256)))])


def sealed(file):
    """A changed file with its checksums made good, as far as it goes."""
    file = bytearray(file)
    count = struct.unpack_from("<I", file, 32)[0]
    for at in range(64, min(64 + 32 * count, len(file) - 31), 32):
        tag, _, offset, length, _, _ = mgpt.ENTRY.unpack_from(file, at)
        if tag != b"DATA" and offset + length <= len(file):
            struct.pack_into("<I", file, at + 24,
                             zlib.crc32(file[offset:offset + length]))
    struct.pack_into("<I", file, 36, zlib.crc32(file[64:64 + 32 * count]))
    struct.pack_into("<I", file, 60, zlib.crc32(file[:60]))
    return bytes(file)


def block(kind):
    """The lines of a block of the specification."""
    text = (ROOT / "Spec/FORMAT.md").read_text("utf-8")
    return re.search(
        rf"^```{kind}\n(.*?)^```$", text, re.M | re.S)[1].splitlines()


def dump(kind):
    """The lines of a hexdump: offset, bytes, annotation."""
    for line in block(f"hexdump {kind}"):
        offset, digits, words = re.fullmatch(
            r"([0-9a-f]{4})  ((?:[0-9a-f]{2} ?)+?) *; (.*)", line).groups()
        yield int(offset, 16), bytes.fromhex(digits), words


def dumped(kind):
    data = b""
    for offset, raw, _ in dump(kind):
        assert offset == len(data), f"{kind}: {offset:04x} is out of place"
        data += raw
    return data


class SpecificationTests(unittest.TestCase):
    def test_worked_chunk(self):
        values = [0 if i == 40 else (-1)**i * (1 + i / 64) * 2.0**-(i % 4)
                  for i in range(64)]
        elements = struct.pack("<64f", *values)
        entry, parts = mgpt.encode_chunk(elements, 4)
        self.assertEqual(entry + parts, dumped("chunk"))
        form = mgpt.inflate(parts[-36:], 42)
        self.assertEqual(form, dumped("nibbles"))
        plane = mgpt.rotate_left(elements, 4)[3::4]
        self.assertEqual(mgpt.from_nibbles(form, 64), plane)
        self.assertEqual(mgpt.to_nibbles(plane), form)

    def test_example(self):
        file = dumped("file")
        checkpoint = mgpt.parse(file)
        self.assertEqual(mgpt.serialize(checkpoint), file)
        digests = dict(line.split() for line in block("digests"))
        self.assertEqual(hashlib.sha256(file).hexdigest(), digests["sha256"])
        self.assertEqual(mgpt.fingerprint(checkpoint), digests["fingerprint"])
        twin = mgpt.from_json("\n".join(block("json")))
        self.assertEqual(twin, checkpoint)

    def test_what_breaks_the_example(self):
        file = dumped("file")
        for kind, seal in (("changes", bytes), ("resealed-changes", sealed)):
            for offset, raw, expected in dump(kind):
                changed = seal(file[:offset] + raw + file[offset + len(raw):])
                with self.subTest(kind=kind, offset=offset, raw=raw.hex()):
                    self.assertEqual(field_at_fault(changed), expected)

    def test_every_damage_to_the_example_is_refused(self):
        file = dumped("file")
        for length in range(len(file)):
            self.assertNotEqual(field_at_fault(file[:length]), "accepted")
        self.assertNotEqual(field_at_fault(file + b"\0"), "accepted")
        for index in range(8 * len(file)):
            changed = bytearray(file)
            changed[index // 8] ^= 1 << index % 8
            self.assertNotEqual(
                field_at_fault(bytes(changed)), "accepted", index)

    def test_order_of_names(self):
        config = {"n_layer": 12, "n_embd": 1, "block_size": 1, "vocab_size": 2}
        names = [name.partition(".") for _, name, _
                 in mgpt.expected_tensors(config, False)]
        heads = list(dict.fromkeys(head + dot for head, dot, _ in names))
        self.assertEqual(
            heads, " ".join(block("order n_layer=12")).split())


def field_at_fault(file):
    try:
        mgpt.verify(file)
        return "accepted"
    except mgpt.FormatError as error:
        return error.field


class RoundTripTests(unittest.TestCase):
    def setUp(self):
        self.rng = random.Random(SEED)

    def test_the_fixture(self):
        checkpoint = mgpt.parse(NAMES)
        self.assertEqual(mgpt.serialize(checkpoint), NAMES)
        self.assertEqual(
            mgpt.serialize(mgpt.from_json(mgpt.to_json(checkpoint))), NAMES)

    def test_codecs_and_twins_keep_the_model(self):
        for round_ in range(40):
            made = model(self.rng, with_moments=round_ % 4 == 0)
            file = mgpt.serialize(made)
            checkpoint = mgpt.parse(file)
            for codec in ("raw", "zlib", None):
                for tensor, original in zip(made.tensors, checkpoint.tensors):
                    tensor.codec = codec or original.codec
                other = mgpt.serialize(made)
                self.assertEqual(mgpt.serialize(mgpt.parse(other)), other)
                self.assertEqual(mgpt.fingerprint(mgpt.parse(other)),
                                 mgpt.fingerprint(checkpoint))
                twin = mgpt.from_json(mgpt.to_json(made).encode())
                self.assertEqual(twin, made)
                self.assertEqual(mgpt.serialize(twin), other)
            self.assertEqual(made, checkpoint)

    def test_fingerprint_is_that_of_the_raw_file(self):
        checkpoint = mgpt.parse(NAMES)
        for tensor in checkpoint.tensors:
            tensor.codec = "raw"
        # The model alone.
        checkpoint.tensors = [
            tensor for tensor in checkpoint.tensors if tensor.role == "weight"]
        checkpoint.training = checkpoint.metadata = None
        file = mgpt.serialize(checkpoint)
        self.assertEqual(hashlib.sha256(file).hexdigest(),
                         mgpt.fingerprint(mgpt.parse(NAMES)))

    def test_chunks(self):
        for dtype, width in mgpt.WIDTHS.items():
            for count in (1, 63, 64, 65, 4095, mgpt.CHUNK // width,
                          mgpt.CHUNK // width + 1, 2 * mgpt.CHUNK // width):
                kinds = [b"\0" * width, mgpt.from_float(dtype, -0.03),
                         mgpt.from_float(dtype, 0.05)]
                data = b"".join(self.rng.choices(kinds, k=count))
                codec, stored = mgpt.compress(data, width)
                self.assertEqual(
                    codec, "raw" if len(data) <= 8 + 4 * width else codec)
                if codec == "raw":
                    self.assertEqual(stored, data)
                    continue
                record = mgpt.Record(
                    0, 0, "x", "weight", dtype, codec, (count,),
                    zlib.crc32(data), 0, len(stored), len(data))
                self.assertEqual(b"".join(mgpt.decode(stored, record)), data)

    def test_sections_that_are_unsafe_to_copy_are_left_out(self):
        made = model(self.rng)
        copied = mgpt.serialize(made)
        made.sections.append(("abcD", b"x"))
        file = mgpt.serialize(made)
        self.assertIn(b"abcD", file)
        self.assertEqual(mgpt.serialize(mgpt.parse(file)), copied)

    def test_what_makes_no_file_is_not_written(self):
        for change in (
                lambda c: c.config.update(n_head=3),
                lambda c: c.config.update(vocab_size=9),
                lambda c: setattr(c, "vocab", "ba"),
                lambda c: c.tensors.pop(),
                lambda c: setattr(c.tensors[0], "shape", (1, 2)),
                lambda c: setattr(c.tensors[0], "data", b""),
                lambda c: setattr(c, "metadata", {"title": ""}),
                lambda c: setattr(c, "metadata", {"Title": "x"}),
                lambda c: setattr(c, "training", {"step": [1]}),
                lambda c: setattr(c, "sections", [("ABCD", b"x")]),
                lambda c: setattr(c, "sections", [("abcd", b"")])):
            made = model(self.rng, n_embd=4, vocab_size=3)
            change(made)
            with self.assertRaises(mgpt.FormatError):
                mgpt.serialize(made)


class DecimalTests(unittest.TestCase):
    def test_rounding_happens_once(self):
        for dtype, text, expected in (
                # Half-way between two f32, and an f64 away from it or less.
                ("f32", "1.000000059604644775390625", 1.0),
                ("f32", "1.0000000596046447753906250000000001", 1 + 2**-23),
                ("f32", "-1.0000000596046447753906250000000001", -1 - 2**-23),
                ("f32", "1.00000017881393432617187499999", 1 + 2**-23),
                ("f32", "1.000000178813934326171875", 1 + 2**-22),
                ("f32", "7.006492321624085354618e-46", 0.0),
                ("f32", "7.006492321624085354619e-46", 2.0**-149),
                ("f32", "340282356779733661637539395458142568447.9",
                 2.0**128 - 2**104),
                ("f32", "340282356779733661637539395458142568448", None),
                ("f16", "1.00048828125", 1.0),
                # This is 1 + 2^-11 and a little, which f32 does not see.
                ("f16", "1.0004882812500000001", 1.0),
                ("f16", "1.00048840046", 1 + 2**-10),
                ("f16", "65519.99", 65504.0),
                ("f16", "65519.999", None),
                ("bf16", "1.00390625", 1.0),
                ("bf16", "1.0117187500000001", 1 + 2**-6),
                ("bf16", "3.39e38", 2.0**128 - 2**120),
                ("bf16", "3.3962e38", None),
                ("f64", "1e-400", 0.0),
                ("f64", "2.4703282292062328e-324", 5e-324),
                ("f64", "1.7976931348623159e308", None)):
            data = mgpt.from_decimal(dtype, text)
            found = None if data is None else mgpt.to_floats(dtype, data)[0]
            self.assertEqual(found, expected, f"{dtype} {text}")

    def test_the_shortest_decimals_of_f32(self):
        for bits, expected in (
                (0x3DCCCCCD, "0.1"), (0x6B800000, "3.0948501e+26"),
                (0x6C800000, "1.2379401e+27"), (0x0F800000, "1.2621775e-29"),
                (1, "1e-45"), (0x7F7FFFFF, "3.4028235e+38"),
                (0x80000000, "-0.0"), (0x4B800000, "16777216.0")):
            value = struct.unpack("<f", struct.pack("<I", bits))[0]
            self.assertEqual(repr(mgpt.shortest_f32(value)), expected)


class HostileTests(unittest.TestCase):
    """Whatever the input, there is a result or a FormatError."""

    def setUp(self):
        self.rng = random.Random(SEED)

    def damaged(self, data, pieces):
        data = bytearray(data)
        for _ in range(self.rng.choice([1, 1, 2, 5])):
            at = self.rng.randrange(len(data))
            if self.rng.random() < 0.5:
                data[at] = self.rng.randrange(256)
            elif self.rng.random() < 0.5:
                del data[at:at + self.rng.choice([1, 4, 64])]
            else:
                data[at:at] = self.rng.choice(pieces)
        return bytes(data)

    def test_mutated_files(self):
        files = [mgpt.serialize(model(self.rng, with_moments=i == 0))
                 for i in range(4)]
        accepted = 0
        for _ in range(4_000):
            file = self.damaged(self.rng.choice(files), [b"\0", b"\xff" * 8])
            if self.rng.random() < 0.8 and len(file) >= 64:
                file = sealed(file)
            with contextlib.suppress(mgpt.FormatError):
                mgpt.parse(file)
                accepted += 1
        self.assertLess(accepted, 4_000)

    def test_mutated_twins(self):
        text = mgpt.to_json(model(self.rng, block_size=2)).encode()
        pieces = [b'"', b"{", b"[", b",", b"-", b"1e999", b"null", b"NaN",
                  b"\\ud800", b"\xff", b"[[[[", b'"NaN:7fc00000"']
        accepted = 0
        for _ in range(2_000):
            with contextlib.suppress(mgpt.FormatError):
                mgpt.from_json(self.damaged(text, pieces))
                accepted += 1
        self.assertLess(accepted, 2_000)

    def test_monstrous_twins(self):
        text = mgpt.to_json(model(self.rng, n_layer=1))
        for change in (
                lambda t: "[" * 1_000_000,
                lambda t: '{"format":' * 100_000,
                lambda t: t.replace('"n_layer": 1', '"n_layer": 1e999999999'),
                lambda t: t.replace('"n_layer": 1', '"n_layer": 1'
                                    + "0" * 100_000),
                lambda t: t.replace('[1e+300]', f"[1{'0' * 100_000}]"),
                lambda t: t.replace('"title"', '"step\\ud800"'),
                lambda t: t + "\ud800", lambda t: ""):
            changed = change(text)
            self.assertNotEqual(changed, text)
            with self.assertRaises(mgpt.FormatError):
                mgpt.from_json(changed)

    def test_a_stream_that_goes_on_is_cut_off(self):
        bomb = zlib.compress(bytes(10**8))
        self.assertIsNone(mgpt.inflate(bomb, 1000))
        whole = zlib.compress(b"abc")
        self.assertEqual(mgpt.inflate(whole, 3), b"abc")
        for stream, room in ((whole, 2), (whole[:-1], 3), (whole + b"\0", 3),
                             (b"", 3), (b"\x1f\x8b" + whole[2:], 3)):
            self.assertIsNone(mgpt.inflate(stream, room))


class SavingTests(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)
        self.path = str(self.folder / "model.mgpt")
        rng = random.Random(SEED)
        config = {"n_layer": 2, "n_embd": 4, "block_size": 3, "vocab_size": 3}
        self.state = {
            name: [[rng.gauss(0, 0.1) for _ in range(width)]
                   for _ in range(height)]
            for name, (height, width) in mgpt.shapes(config).items()}

    def save(self, **changes):
        given = {"path": self.path, "state_dict": self.state,
                 "uchars": ["a", "b"], "n_head": 2, **changes}
        mgpt.save(**given)
        return mgpt.load(given["path"])

    def test_numbers_come_back(self):
        found = self.save()
        self.assertEqual(found.state_dict, self.state)
        self.assertEqual(list(found.state_dict), list(self.state))
        self.assertEqual(
            (found.uchars, found.n_layer, found.n_embd, found.block_size,
             found.n_head, found.vocab_size, found.BOS),
            (["a", "b"], 2, 4, 3, 2, 3, 2))

    def test_objects_with_data_come_back_as_numbers(self):
        values = {name: [[types.SimpleNamespace(data=x) for x in row]
                         for row in rows] for name, rows in self.state.items()}
        self.assertEqual(self.save(state_dict=values).state_dict, self.state)

    def test_narrow_types(self):
        for dtype, step in (("f32", 2.0**-24), ("f16", 2.0**-11),
                            ("bf16", 2.0**-8)):
            found = self.save(dtype=dtype, codec="raw", replace=True)
            for name, rows in self.state.items():
                for row, other in zip(rows, found.state_dict[name]):
                    for x, y in zip(row, other):
                        self.assertLessEqual(abs(x - y), step * abs(x) + 1e-7)

    def test_numpy(self):
        try:
            import numpy
        except ImportError:
            print("NumPy is missing, so its arrays are not tried")
            self.skipTest("NumPy is missing")
        arrays = {name: numpy.array(rows) for name, rows in self.state.items()}
        self.assertEqual(self.save(state_dict=arrays).state_dict, self.state)
        for dtype, name in (("f64", "float64"), ("f32", "float32"),
                            ("f16", "float16"), ("bf16", "float32")):
            self.save(state_dict=arrays, dtype=dtype, replace=True)
            lists = mgpt.load(self.path).state_dict
            for key, array in mgpt.load(
                    self.path, numpy=True).state_dict.items():
                self.assertEqual((array.dtype.name, array.tolist()),
                                 (name, lists[key]))
        scalars = {name: [list(row) for row in numpy.float32(rows)]
                   for name, rows in self.state.items()}
        self.save(state_dict=scalars, dtype="f32", replace=True)

    def test_labels(self):
        self.save(metadata={"title": "A model", "train_steps": 7})
        found = mgpt.parse(pathlib.Path(self.path).read_bytes())
        self.assertEqual(
            found.metadata, {"title": "A model", "train_steps": [7]})

    def test_integers_are_what_is_an_index(self):
        class Two:
            def __index__(self):
                return 2

        self.assertEqual(self.save(n_head=Two()).n_head, 2)
        self.save(n_head=2, metadata={"train_steps": Two()}, replace=True)
        found = mgpt.parse(pathlib.Path(self.path).read_bytes())
        self.assertEqual(found.metadata, {"train_steps": [2]})
        for value in (True, 2.0, "2", None, [2]):
            self.refuse("n_head is", "n_head", n_head=value)

    def test_numpy_numbers(self):
        try:
            import numpy
        except ImportError:
            self.skipTest("NumPy is missing")
        self.assertEqual(self.save(n_head=numpy.int64(2)).n_head, 2)
        self.refuse("n_head is", "n_head", n_head=numpy.bool_(True))
        self.save(replace=numpy.bool_(True), metadata={
            "train_steps": numpy.uint8(7), "train_loss": numpy.float32(0.5),
            "my.counts": numpy.arange(3), "my.text": numpy.str_("é"),
            "history_loss": numpy.array([1, 2], ">f4")})
        found = mgpt.parse(pathlib.Path(self.path).read_bytes())
        self.assertEqual(found.metadata, {
            "train_steps": [7], "train_loss": [0.5], "my.counts": [0, 1, 2],
            "my.text": "é", "history_loss": [1.0, 2.0]})

        class Tensor:  # as other frameworks hand theirs out
            def __init__(self, array):
                self.array = array

            def __array__(self, dtype=None, copy=None):
                return self.array

        wte = numpy.array(self.state["wte"])
        for array in (wte.astype(">f8"), numpy.asfortranarray(wte),
                      numpy.repeat(wte, 2, 0)[::2], wte.astype(object),
                      wte.astype(numpy.longdouble), Tensor(wte),
                      (row for row in wte)):
            found = self.save(
                state_dict={**self.state, "wte": array}, replace=True)
            self.assertEqual(found.state_dict["wte"], self.state["wte"])
        self.save(state_dict={**self.state, "wte": numpy.ones((3, 4), "i2")},
                  replace=True)
        for array in (wte.astype(complex), wte.astype(str), wte.astype(bool),
                      wte > 0, numpy.array(1.0), wte[0], wte[None],
                      numpy.zeros((3, 4), "m8[ns]"), numpy.zeros((3, 0)),
                      numpy.zeros((0, 4)), numpy.full((3, 4), None),
                      numpy.ma.masked_array(wte, wte > 0)):
            with self.subTest(array=array):
                self.refuse(
                    "", None, state_dict={**self.state, "wte": array},
                    replace=True)
        checkpoint = mgpt.parse(NAMES)
        checkpoint.config["n_head"] = numpy.int64(checkpoint.config["n_head"])
        for tensor in checkpoint.tensors:
            tensor.shape = numpy.array(tensor.shape)
        self.assertEqual(mgpt.serialize(checkpoint), NAMES)
        self.assertEqual(
            mgpt.to_json(checkpoint), mgpt.to_json(mgpt.parse(NAMES)))

    def test_labels_are_checked(self):
        for labels, argument, sentence in (
                ({"my.note": None}, "metadata['my.note']", "None, expected"),
                ({"my.note": {"a", "b"}}, "metadata['my.note']", "set, "),
                ({"my.note": b"x"}, "metadata['my.note']", "bytes, "),
                ({"my.note": True}, "metadata['my.note']", "True, expected"),
                ({"my.note": [1, None]}, "metadata['my.note']", "expected"),
                ({"my.note": []}, "metadata['my.note']", "is empty, "),
                ({"my.note": {"a": 1}}, "metadata['my.note']", "dict, "),
                ({"my.note": 1j}, "metadata['my.note']", "complex, "),
                ({"my.note": pathlib.Path("x")}, "metadata['my.note']",
                 "Path, expected"),
                ({"my.note": -1}, "metadata['my.note']", "0 to 2"),
                ({"my.note": 2**64}, "metadata['my.note']", "0 to 2"),
                ({"my.note": [0.5, 10**400]}, "metadata['my.note']", "f64"),
                ({"my.note": math.nan}, "metadata['my.note']", "finite"),
                ({"my.note": "\ud800"}, "metadata['my.note']", "surrogate"),
                ({"my.note": "\x07"}, "metadata['my.note']", "control"),
                ({"My.note": "x"}, None, "expected 1 to 64 of a-z"),
                ({"a." * 40: "x"}, None, "expected 1 to 64"),
                ({1: "x"}, None, "is 1, expected a str"),
                ({"titel": "x"}, "metadata['titel']", "did you mean title"),
                ({"license": "x"}, "metadata['license']", "mean licence"),
                ({"x": "y"}, "metadata['x']", "a key of your own with a dot$"),
                ({"title": 1}, "metadata['title'] (mETa.title)",
                 "expected a line of 1 to 200 bytes"),
                ({"train_steps": 7.0}, None, "is 7.0, expected one integer"),
                ({"train_loss": "low"}, None, "expected one real number"),
                ({"data_sha256": "abc"}, None, "expected 64 digits"),
                ([("my.note", "x")], "metadata", "expected a dict"),
                ("title", "metadata", "expected a dict")):
            with self.subTest(labels=labels):
                self.refuse(sentence, argument, metadata=labels)
        self.save(metadata={
            "train_loss": 2, "my.mixed": [1, 2.5], "my.tuple": (1, 2)})
        found = mgpt.parse(pathlib.Path(self.path).read_bytes())
        self.assertEqual(found.metadata, {
            "train_loss": [2.0], "my.mixed": [1.0, 2.5], "my.tuple": [1, 2]})
        # What is in a file already is kept, as a reader has to.
        found.metadata["titel"] = "later"
        self.assertEqual(
            mgpt.parse(mgpt.serialize(found)).metadata, found.metadata)

    def test_weights_that_are_not_finite(self):
        for value, name in ((math.nan, "nan"), (math.inf, "inf"),
                            (-math.inf, "-inf")):
            rows = [list(row) for row in self.state["layer1.mlp_fc2"]]
            rows[2][5] = rows[3][0] = value
            state = {**self.state, "layer1.mlp_fc2": rows}
            for dtype in mgpt.DTYPES:
                self.refuse(
                    rf"layer1.mlp_fc2\[2\]\[5\] is {name}, expected a finite"
                    " number", "layer1.mlp_fc2[2][5]", state_dict=state,
                    dtype=dtype)
                found = self.save(state_dict=state, dtype=dtype,
                                  allow_nonfinite=True, replace=True)
                self.assertEqual(
                    repr(found.state_dict["layer1.mlp_fc2"][2][5]), name)
                os.unlink(self.path)
            # They make no text.
            self.save(state_dict=state, allow_nonfinite=True)
            broken = mgpt.load(self.path)
            os.unlink(self.path)
            for work in (lambda: sample.generate(broken, sample.Options()),
                         lambda: sample.score(broken, "ab")):
                with self.assertRaisesRegex(
                        ValueError, rf"mlp_fc2\[2\]\[5\] is {name}"):
                    work()

    def test_logits_that_are_not_finite(self):
        huge = {name: [[1e30] * len(row) for row in rows]
                for name, rows in self.state.items()}
        model = self.save(state_dict=huge)
        for work in (lambda: sample.generate(model, sample.Options()),
                     lambda: sample.score(model, "ab")):
            with self.assertRaisesRegex(
                    ValueError, "the logit of token 0 at position 0 is inf"):
                work()

    def test_paths(self):
        self.save(path=pathlib.Path(self.path))
        self.save(path=os.fsencode(self.path), replace=True)
        self.save(path=str(self.folder / "a\udcff.mgpt"))
        with open(self.path, "rb") as file:
            self.assertEqual(mgpt.load(file), mgpt.load(self.path))
        for value in ("", None, 3, True, io.BytesIO(), "a\0b", ["a"],
                      "\ud800"):
            with self.subTest(path=value):
                with self.assertRaisesRegex(
                        mgpt.ArgumentError, "^path is .*, expected "):
                    mgpt.save(value, self.state, "ab", 2)
                if not hasattr(value, "read"):
                    with self.assertRaisesRegex(
                            mgpt.ArgumentError, "^path is .*, expected "):
                        mgpt.load(value)
        with self.assertRaises(mgpt.ArgumentError):
            mgpt.load(io.StringIO("x"))
        for path in (self.path + "/", str(self.folder), "/dev/null",
                     "/dev/stdout"):
            with self.assertRaises(OSError):
                mgpt.save(path, self.state, "ab", 2, replace=True)
        self.assertTrue(stat.S_ISCHR(os.stat("/dev/null").st_mode))

    def test_partial_folders_stay(self):
        os.mkdir(self.path + ".partial")
        with self.assertRaisesRegex(FileExistsError, "stands in the way"):
            self.save()
        self.assertEqual(os.listdir(self.folder), ["model.mgpt.partial"])

    def test_characters(self):
        self.assertEqual(self.save(uchars="ab").uchars, ["a", "b"])
        for given in (("a", "b"), iter("ab")):
            self.assertEqual(
                self.save(uchars=given, replace=True).uchars, ["a", "b"])
        os.unlink(self.path)
        for given in ({"a", "b"}, {"a": 0, "b": 1}, b"ab", None, 5,
                      ["a", "\ud800"], ["a", b"b"], ["a", None], ["a", ""],
                      [], "", "aa", "ba"):
            with self.subTest(uchars=given):
                self.refuse("", None, uchars=given)

    def test_contents_of_the_wrong_type(self):
        for change, argument in (
                (lambda c: c.config.update(n_head=True), "config['n_head']"),
                (lambda c: c.config.update(n_head=-1), "config['n_head']"),
                (lambda c: c.config.update(n_head=2**32), "config['n_head']"),
                (lambda c: c.config.pop("n_head"), "config['n_head']"),
                (lambda c: setattr(c, "config", None), "config"),
                (lambda c: setattr(c, "vocab", list("ab")), "vocab"),
                (lambda c: setattr(c, "vocab", "\ud800"), "vocab"),
                (lambda c: setattr(c, "tensors", None), "tensors"),
                (lambda c: c.tensors.insert(0, None), "tensors[0]"),
                (lambda c: setattr(c.tensors[1], "name", "x" * 49),
                 "tensors[1].name"),
                (lambda c: setattr(c.tensors[1], "role", "bias"),
                 "tensors[1].role"),
                (lambda c: setattr(c.tensors[1], "dtype", "f8"),
                 "tensors[1].dtype"),
                (lambda c: setattr(c.tensors[1], "codec", None),
                 "tensors[1].codec"),
                (lambda c: setattr(c.tensors[1], "shape", (1,) * 5),
                 "tensors[1].shape"),
                (lambda c: setattr(c.tensors[1], "shape", (1.0, 1)),
                 "tensors[1].shape"),
                (lambda c: setattr(c.tensors[1], "data", [1.0]),
                 "tensors[1].data"),
                (lambda c: setattr(c, "training", {"step": None}),
                 "training['step']"),
                (lambda c: setattr(c, "metadata", {"a.b": None}),
                 "metadata['a.b']"),
                (lambda c: setattr(c, "metadata", {"k" * 70_000: "x"}),
                 "a key of metadata"),
                (lambda c: setattr(c, "sections", [("abcde", b"x")]),
                 "the tag of sections[0]"),
                (lambda c: setattr(c, "sections", [("abcd", "x")]),
                 "the bytes of sections[0]"),
                (lambda c: setattr(c, "sections", ["abcd"]), "sections[0]")):
            for work in (mgpt.serialize, mgpt.to_json, mgpt.fingerprint):
                checkpoint = mgpt.parse(NAMES)
                change(checkpoint)
                with self.assertRaises(mgpt.ArgumentError) as caught:
                    work(checkpoint)
                self.assertEqual(caught.exception.argument, argument)
        for work in (mgpt.serialize, mgpt.to_json, mgpt.fingerprint,
                     mgpt.parse, mgpt.verify, mgpt.from_json):
            with self.assertRaises(mgpt.ArgumentError):
                work(None)
        for data in (bytearray(NAMES), memoryview(NAMES)):
            self.assertEqual(mgpt.serialize(mgpt.parse(data)), NAMES)

    def test_what_makes_no_file_makes_no_twin(self):
        for change in (
                lambda c: c.config.update(n_head=0),
                lambda c: setattr(c.tensors[0], "data", b"123"),
                lambda c: setattr(c, "metadata", {"a.b": [math.nan]}),
                lambda c: setattr(c, "training", {"step": [1]})):
            checkpoint = mgpt.parse(NAMES)
            change(checkpoint)
            with self.assertRaises(mgpt.FormatError):
                mgpt.to_json(checkpoint)

    def refuse(self, sentence, argument, **changes):
        """The error names the argument, and nothing is written."""
        before = os.listdir(self.folder)
        with self.assertRaisesRegex(mgpt.ArgumentError, sentence) as caught:
            self.save(**changes)
        self.assertNotIn("\n", str(caught.exception))
        if argument:
            self.assertEqual(caught.exception.argument, argument)
        self.assertEqual(os.listdir(self.folder), before)

    def test_what_makes_no_model(self):
        def without(name):
            return {key: rows for key, rows in self.state.items()
                    if key != name}

        for changes, sentence in (
                ({"uchars": ["b", "a"]}, "'a' after 'b'"),
                ({"uchars": ["a", "a"]}, "'a' after 'a'"),
                ({"uchars": ["a", "bc"]}, "not one character"),
                ({"uchars": ["a"]}, "1 characters, so wte needs 2 rows"),
                ({"n_head": 3}, "n_head is 3, expected a divisor"),
                ({"n_head": 0}, "n_head is 0, expected 1 to 65536"),
                ({"state_dict": without("wpe")}, "no wpe"),
                ({"state_dict": without("layer1.attn_wk")},
                 "no layer1.attn_wk"),
                ({"state_dict": {**self.state, "bias": [[1.0]]}}, "odd bias"),
                ({"state_dict": {**self.state, "lm_head": [[1.0]]}},
                 r"lm_head must have the shape \(3, 4\)"),
                ({"state_dict": {**self.state, "wpe": [["1"] * 4] * 3}},
                 "'1', which is no number"),
                ({"state_dict": {**self.state, "wpe": [[1e39] * 4] * 3},
                  "dtype": "f32"}, "wpe has a number beyond f32"),
                ({"state_dict": {**self.state, "wpe": [1.0]}},
                 "wpe is no matrix of numbers"),
                ({"state_dict": {**self.state, "wpe": [[10**400]]}},
                 "wpe is no matrix of numbers"),
                ({"dtype": "float32"}, "dtype is 'float32', expected f32"),
                ({"codec": "gzip"}, "codec is 'gzip', expected raw, zlib"),
                ({"n_head": 2.0}, "n_head is 2.0"),
                ({"metadata": {"title": ""}}, "mETa.title")):
            with self.assertRaisesRegex(ValueError, sentence):
                self.save(**changes)
        self.assertEqual(os.listdir(self.folder), [])

    def test_files_are_replaced_on_demand_only(self):
        self.save()
        before = pathlib.Path(self.path).read_bytes()
        with self.assertRaises(FileExistsError):
            self.save(n_head=1)
        self.assertEqual(pathlib.Path(self.path).read_bytes(), before)
        self.save(n_head=1, replace=True)
        self.assertNotEqual(pathlib.Path(self.path).read_bytes(), before)
        self.assertEqual(os.listdir(self.folder), ["model.mgpt"])

    def test_mode_follows_the_umask(self):
        old = os.umask(0o027)
        self.addCleanup(os.umask, old)
        self.save()
        mode = stat.S_IMODE(os.stat(self.path).st_mode)
        self.assertEqual(mode, 0o640)

    def test_links_stay_links(self):
        link = str(self.folder / "link.mgpt")
        os.symlink("model.mgpt", link)
        self.save(path=link)
        self.assertTrue(os.path.islink(link))
        self.assertEqual(self.save(replace=True), mgpt.load(link))

    def test_what_is_no_file_is_not_replaced(self):
        os.mkfifo(self.path)
        with self.assertRaisesRegex(OSError, "regular"):
            self.save(replace=True)

    def test_partial_files(self):
        partial = self.path + ".partial"
        other = str(self.folder / "other")
        pathlib.Path(other).write_bytes(b"in use")
        os.link(other, partial)  # left by a killed program, and used elsewhere
        self.save()
        self.assertEqual(pathlib.Path(other).read_bytes(), b"in use")
        self.assertFalse(os.path.exists(partial))

        with open(partial, "wb") as busy:
            fcntl.flock(busy, fcntl.LOCK_EX)
            with self.assertRaises(BlockingIOError):
                self.save(replace=True)
        self.assertTrue(os.path.exists(partial))
        os.unlink(partial)
        os.symlink(other, partial)
        with self.assertRaises(OSError):
            self.save(replace=True)
        self.assertEqual(pathlib.Path(other).read_bytes(), b"in use")


class CommandTests(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = folder.name
        (pathlib.Path(self.folder) / "names.mgpt").write_bytes(NAMES)

    def run_it(self, *arguments, code=0, stdout=subprocess.PIPE):
        result = subprocess.run(
            [sys.executable, "-B", str(ROOT / "Spec/mgpt.py"), *arguments],
            cwd=self.folder, stdout=stdout, stderr=subprocess.PIPE,
            encoding="utf-8", timeout=60)
        self.assertEqual(result.returncode, code, result.stderr)
        self.assertNotIn("Traceback", result.stderr)
        self.assertEqual(
            result.stderr.count("\n"), 0 if code == 0 else 1, result.stderr)
        self.assertFalse(code and not result.stderr.startswith(
            "mgpt.py: error: "), result.stderr)
        return result.stdout or result.stderr

    def file(self, name):
        return (pathlib.Path(self.folder) / name).read_bytes()

    def test_commands(self):
        self.assertEqual(self.run_it("verify", "names.mgpt"),
                         "names.mgpt: ok, 27 tensors\n")
        self.assertIn("wte", self.run_it("show", "names.mgpt"))
        self.run_it("to-json", "names.mgpt", "names.json")
        self.assertEqual(self.run_it("to-json", "names.mgpt"),
                         self.file("names.json").decode())
        self.run_it("from-json", "names.json", "copy.mgpt")
        self.assertEqual(self.file("copy.mgpt"), NAMES)
        self.run_it("recode", "raw", "names.mgpt", "raw.mgpt")
        self.run_it("recode", "zlib", "raw.mgpt", "zlib.mgpt")
        self.assertEqual(self.file("zlib.mgpt"), NAMES)
        digests = self.run_it("fingerprint", "names.mgpt", "raw.mgpt").split()
        self.assertEqual(
            digests[0::2], [mgpt.fingerprint(mgpt.parse(NAMES))] * 2)

    def test_failures(self):
        pathlib.Path(self.folder, "bad.mgpt").write_bytes(NAMES[:-1])
        pathlib.Path(self.folder, "bad.json").write_text('{"format": 1}')
        os.mkfifo(os.path.join(self.folder, "pipe"))
        self.assertIn("(F9)", self.run_it("verify", "bad.mgpt", code=65))
        self.assertIn("(F9)", self.run_it("show", "bad.mgpt", code=65))
        self.assertIn(
            "(F59)", self.run_it("from-json", "bad.json", "x", code=65))
        self.run_it("verify", "missing.mgpt", code=66)
        self.run_it("verify", "pipe", code=66)
        self.assertIn(
            "expected verify FILE…", self.run_it("verify", code=64))
        self.assertIn("no command", self.run_it(code=64))
        self.assertIn("shew is given", self.run_it("shew", "a", code=64))
        self.assertIn("empty", self.run_it("show", "", code=64))
        self.assertIn("bad\\xFF: No such file", self.run_it(
            "show", b"bad\xff", code=66))
        self.assertIn("a\\nb: No such file", self.run_it(
            "show", "a\nb", code=66))
        os.mkdir(os.path.join(self.folder, "folder"))
        self.assertIn("it is a folder", self.run_it(
            "show", "folder", code=66))
        os.mkdir(os.path.join(self.folder, "o.json.partial"))
        self.assertIn(
            "error: o.json.partial: it is no regular file and stands in the"
            " way of saving o.json\n",
            self.run_it("to-json", "names.mgpt", "o.json", code=73))
        self.run_it("recode", "gzip", "names.mgpt", "x", code=64)
        self.run_it("recode", "raw", "names.mgpt", "names.mgpt", code=73)
        if os.path.exists("/dev/full"):
            with open("/dev/full", "wb") as full:
                for arguments in (["to-json", "names.mgpt"], ["--help"],
                                  ["--version"], ["verify", "names.mgpt"]):
                    self.run_it(*arguments, code=74, stdout=full)
            self.run_it("to-json", "names.mgpt", "/dev/full", code=74)

    def test_help_and_version(self):
        usage = self.run_it("--help")
        self.assertEqual(usage, mgpt.USAGE)
        for command in mgpt.COMMANDS:
            self.assertIn(f"mgpt.py {command} ", usage)
        version = re.search(r'"([0-9.]+)"', (
            ROOT / "Sources/MicroGPTFormat/Version.swift").read_text())[1]
        self.assertEqual(
            self.run_it("--version"),
            f"mgpt.py {version} (checkpoint format 1.0)\n")

    def test_a_closed_standard_output_is_told(self):
        for arguments in ("--help", "--version", "show names.mgpt"):
            result = subprocess.run(
                ["/bin/sh", "-c", f'"$0" -B "$1" {arguments} >&-',
                 sys.executable, str(ROOT / "Spec/mgpt.py")],
                cwd=self.folder, stderr=subprocess.PIPE, encoding="utf-8")
            self.assertEqual(result.returncode, 74)
            self.assertEqual(
                result.stderr,
                "mgpt.py: error: standard output: it is closed\n")

    def test_streams_take_the_twin(self):
        twin = self.run_it("to-json", "names.mgpt")
        self.assertEqual(
            self.run_it("to-json", "names.mgpt", "/dev/stdout"), twin)
        with open(os.path.join(self.folder, "out"), "wb") as out:
            self.run_it("to-json", "names.mgpt", "/dev/stdout", stdout=out)
        self.assertEqual(self.file("out").decode(), twin)
        self.run_it("to-json", "names.mgpt", "/dev/null")
        self.assertTrue(stat.S_ISCHR(os.stat("/dev/null").st_mode))


if __name__ == "__main__":
    print(f"MGPT_SEED={SEED}", flush=True)
    unittest.main()
