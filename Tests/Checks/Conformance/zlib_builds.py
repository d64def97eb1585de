#!/usr/bin/env python3
"""Compares the bytes that two builds of zlib compress the same planes to.

    python3 Tests/Checks/Conformance/zlib_builds.py [FILE.mgpt ...]

One is Python's own zlib, on Debian the system's, which the Swift writer uses
too; the other zlib-ng, from the package of that name. Section 8.4 of the
specification makes compressed files canonical, so both must give the same
streams: of planes of many kinds, and of all planes of the files given, of the
canonical fixtures and of Fixtures/names.mgpt, as those files hold them.
"""

import json
import pathlib
import random
import sys
import zlib

from zlib_ng import zlib_ng

ROOT = pathlib.Path(__file__).resolve().parents[3]
FIXTURES = ROOT / "Fixtures"
sys.path.insert(0, str(ROOT / "Spec"))
sys.dont_write_bytecode = True

import mgpt  # noqa: E402

BUILDS = (zlib, zlib_ng)
BLOCK = 32_767  # the literals of a block of deflate


def planes(chance):
    """Planes of many distributions and lengths, the ends of blocks among
    them."""
    lengths = [1, 2, 63, 64, 65, 1000, 16_383, 16_384, 65_536, 131_072]
    lengths += [blocks * BLOCK + more for blocks in (1, 2, 3)
                for more in (-1, 0, 1, 2, 300)]
    for n in lengths:
        yield bytes(n)
        yield chance.randbytes(n)
        yield bytes(min(255, int(chance.expovariate(0.05)))
                    for _ in range(n))
        yield bytes(int(chance.gauss(120, 2)) & 255 for _ in range(n))
        # Fibonacci-like frequencies, for the longest codes there are.
        yield bytes(chance.choices(
            range(30), [1.7 ** -k for k in range(30)], k=n))
        # Noise in one half alone, so that blocks differ in kind.
        yield bytes(n // 2) + chance.randbytes(n - n // 2)
        # About the threshold of 1/64.
        yield bytes(chance.choices(range(chance.randint(216, 236)), k=n))


def using(build, function, *arguments):
    """What a function of the bridge gives with a build of zlib."""
    mgpt.zlib = build
    try:
        return function(*arguments)
    finally:
        mgpt.zlib = zlib


def files(paths):
    manifest = json.loads((FIXTURES / "manifest.json").read_text("utf-8"))
    for entry in manifest["valid"]:
        if entry["canonical"]:
            yield FIXTURES / "valid" / f"{entry['name']}.mgpt"
    yield FIXTURES / "names.mgpt"
    yield from map(pathlib.Path, paths)


def main(paths):
    seed = random.randrange(1 << 32)
    print(f"zlib {zlib.ZLIB_RUNTIME_VERSION}, zlib-ng"
          f" {zlib_ng.ZLIBNG_VERSION}, seed {seed}")
    failures = count = 0
    for plane in planes(random.Random(seed)):
        streams = {using(build, mgpt.deflate, plane) for build in BUILDS}
        count += 1
        if len(streams) != 1:
            print(f"plane {count}, {len(plane)} bytes: other streams")
            failures += 1
    compressed = 0
    for path in files(paths):
        file = path.read_bytes()
        head = mgpt.read_head(file)
        for record in head.records:
            if record.codec != "zlib":
                continue
            compressed += 1
            decoded = b"".join(mgpt.decode(file, record))
            width = mgpt.WIDTHS[record.dtype]
            stored = file[record.offset:record.end]
            for build in BUILDS:
                coded = using(build, mgpt.compress, decoded, width)
                if coded != ("zlib", stored):
                    print(f"{path}: {record.name}: not what"
                          f" {build.__name__} gives")
                    failures += 1
    print(f"{count} planes and {compressed} compressed tensors,"
          f" {failures} failures")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
