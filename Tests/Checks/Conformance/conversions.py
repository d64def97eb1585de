#!/usr/bin/env python3
"""Compares mgpt-convert --dtype with Python's arithmetic.

    python3 Tests/Checks/Conformance/conversions.py PROGRAMS

PROGRAMS is the folder of the built programs, as .build/release. All elements
of f16 and bf16 are converted to the other types, and to these what lies half
way between two of them, just below and just above, besides any bits at all.
"""

import math
import pathlib
import random
import struct
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[3]
sys.path.insert(0, str(ROOT / "Spec"))
sys.dont_write_bytecode = True

import mgpt  # noqa: E402

COUNT = 65_536  # elements a file
FORMATS = {"f16": ("<H", "<e"), "f32": ("<I", "<f"), "f64": ("<Q", "<d")}
FRACTION = {"f16": 10, "bf16": 7, "f32": 23, "f64": 52}
SIGN = {"f16": 15, "bf16": 15, "f32": 31, "f64": 63}


def infinity(dtype):
    return (1 << SIGN[dtype]) - (1 << FRACTION[dtype])


def value(dtype, bits):
    if dtype == "bf16":
        dtype, bits = "f32", bits << 16
    whole, real = FORMATS[dtype]
    return struct.unpack(real, struct.pack(whole, bits))[0]


def to_bits(dtype, number):
    """The bits of the nearest element, by struct's rounding; for bf16 of a
    number that f32 holds."""
    whole, real = FORMATS["f32" if dtype == "bf16" else dtype]
    try:
        bits = struct.unpack(whole, struct.pack(real, number))[0]
    except OverflowError:
        bits = infinity("f32" if dtype == "bf16" else dtype)
        bits |= (number < 0) << SIGN["f32" if dtype == "bf16" else dtype]
    if dtype == "bf16":
        bits = (bits + 0x7FFF + (bits >> 16 & 1)) >> 16
    return bits


def converted(source, target, bits):
    """The bits that an element must become."""
    sign = bits >> SIGN[source]
    magnitude = bits & ((1 << SIGN[source]) - 1)
    if magnitude > infinity(source):  # NaN: sign and upper bits of the payload
        payload = magnitude - infinity(source)
        shift = FRACTION[target] - FRACTION[source]
        payload = payload << shift if shift >= 0 else payload >> -shift
        payload = payload or 1 << (FRACTION[target] - 1)
        return sign << SIGN[target] | infinity(target) | payload
    return to_bits(target, value(source, bits))


def cases(chance):
    """Source, target, and elements with what they must become."""
    for source in ("f16", "bf16"):
        for target in ("f16", "bf16", "f32", "f64"):
            yield source, target, [
                (bits, converted(source, target, bits))
                for bits in range(COUNT)]
    for source, target in (("f32", "f16"), ("f32", "bf16"), ("f32", "f64"),
                           ("f64", "f16"), ("f64", "f32")):
        bits = [chance.getrandbits(SIGN[source] + 1) for _ in range(COUNT)]
        yield source, target, [
            (one, converted(source, target, one)) for one in bits]
    for target in ("f16", "bf16"):
        for source in ("f32", "f64"):
            for side in (-1, 0, 1):
                yield source, target, list(halves(source, target, side))


def halves(source, target, side):
    """What lies between neighbours of the narrow type, or just beside."""
    for bits in range(infinity(target)):
        low, high = value(target, bits), value(target, bits + 1)
        if math.isinf(high):  # the next one would be as far as that before
            high = 2 * low - value(target, bits - 1)
        middle = to_bits(source, (low + high) / 2)
        wanted = bits + (bits % 2 if side == 0 else side > 0)
        for sign in ((0, 1) if bits % 2 else (0,)):
            yield (middle + side | sign << SIGN[source],
                   wanted | sign << SIGN[target])


def check(programs, folder, source, target, elements):
    """The number of elements that become something else."""
    config = {"n_layer": 1, "n_head": 1, "n_embd": 1, "vocab_size": 2,
              "block_size": len(elements)}
    size = mgpt.WIDTHS[source]
    tensors = []
    for name, shape in mgpt.shapes(config).items():
        data = bytes(size * shape[0] * shape[1])
        if name == "wpe":
            data = b"".join(
                bits.to_bytes(size, "little") for bits, _ in elements)
        tensors.append(
            mgpt.Tensor(name, "weight", source, shape, "raw", data))
    before, after = folder / "before.mgpt", folder / "after.mgpt"
    before.write_bytes(mgpt.serialize(mgpt.Checkpoint(config, "a", tensors)))
    subprocess.run(
        [programs / "mgpt-convert", before, after, "--dtype", target,
         "--force"], check=True)
    tensor = {tensor.name: tensor for tensor
              in mgpt.parse(after.read_bytes()).tensors}["wpe"]
    size, wrong = mgpt.WIDTHS[target], 0
    for index, (bits, wanted) in enumerate(elements):
        found = int.from_bytes(
            tensor.data[index * size:(index + 1) * size], "little")
        if found != wanted:
            wrong += 1
            if wrong == 1:
                print(f"{source} {bits:#x} became {target} {found:#x}, not"
                      f" {wanted:#x}")
    return wrong + (tensor.dtype != target)


def main(programs):
    seed = random.randrange(1 << 32)
    print(f"seed {seed}")
    count = wrong = 0
    with tempfile.TemporaryDirectory() as folder:
        for source, target, elements in cases(random.Random(seed)):
            count += len(elements)
            wrong += check(pathlib.Path(programs), pathlib.Path(folder),
                           source, target, elements)
    print(f"{count} elements converted, {wrong} wrongly")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
