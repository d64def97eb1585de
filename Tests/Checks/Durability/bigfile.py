#!/usr/bin/env python3
"""Large files are handled in memory for chunks, not for the model.

    Tests/Checks/Durability/bigfile.py .build/release [--megabytes 2200] [--folder F]

Lays out a raw checkpoint of that size, half of it one tensor, and has the
programs show, verify, convert and convert it back. Each of them may allocate no
more than a fixed number of bytes, whatever the size: the system is told to
refuse more (RLIMIT_DATA, Linux). It takes three times the size on the disk.

Also printed: the most anonymous memory that was seen resident, and the most
resident memory at all, which has the pages of the mapped file and so grows with
it; the system takes these back when it needs room.
"""

import argparse
import array
import filecmp
import hashlib
import os
import pathlib
import random
import resource
import struct
import subprocess
import sys
import tempfile
import time
import zlib

MEBIBYTE = 1 << 20
CHARACTERS = "abcdefghijklmnopqrstuvwxyz"
HEADS, WIDTH = 8, 512
LAYER_BYTES = 12 * WIDTH * WIDTH * 4


def align(offset):
    return (offset + 63) // 64 * 64


def shapes(layers, positions):
    """Names and shapes of the weights, in the order of the file."""
    tokens = len(CHARACTERS) + 1
    result = {"lm_head": (tokens, WIDTH), "wpe": (positions, WIDTH),
              "wte": (tokens, WIDTH)}
    for layer in range(layers):
        for name in ("wk", "wo", "wq", "wv"):
            result[f"layer{layer}.attn_{name}"] = (WIDTH, WIDTH)
        result[f"layer{layer}.mlp_fc1"] = (4 * WIDTH, WIDTH)
        result[f"layer{layer}.mlp_fc2"] = (WIDTH, 4 * WIDTH)
    return sorted(result.items())


def elements():
    """Pieces of 1 MiB without end: weights of several scales, noise, zeros."""
    chance = random.Random(1)
    pieces = [
        array.array("f", (chance.gauss(0, scale) for _ in range(1 << 18)))
        for scale in (0.02, 0.08, 1)]
    if sys.byteorder == "big":
        for piece in pieces:
            piece.byteswap()
    pieces = [piece.tobytes() for piece in pieces]
    pieces.append(chance.getrandbits(8 * MEBIBYTE).to_bytes(MEBIBYTE, "little"))
    pieces.append(bytes(MEBIBYTE))
    while True:
        yield from chance.sample(pieces, len(pieces))


def make(path, byte_count):
    """Writes a raw checkpoint of about that size (sections 2 to 8)."""
    positions = min(max(1, byte_count // 2 // (4 * WIDTH)), 1 << 20)
    layers = max(1, (byte_count - positions * 4 * WIDTH) // LAYER_BYTES)
    tensors = shapes(layers, positions)
    conf = struct.pack("<8I", 1, 1, 0, layers, HEADS, WIDTH, positions,
                       len(CHARACTERS) + 1)
    vocb = CHARACTERS.encode()
    tdir_length = 112 * len(tensors)
    conf_at = align(64 + 4 * 32)
    vocb_at = align(conf_at + len(conf))
    tdir_at = align(vocb_at + len(vocb))
    data_at = align(tdir_at + tdir_length)

    tdir, end = b"", data_at
    source = elements()
    rest = memoryview(b"")
    with open(path, "wb") as file:
        for name, shape in tensors:
            at, missing, crc = align(end), 4 * shape[0] * shape[1], 0
            end = at + missing
            file.seek(at)
            while missing > 0:
                rest = rest or memoryview(next(source))
                piece, rest = rest[:missing], rest[missing:]
                crc = zlib.crc32(piece, crc)
                file.write(piece)
                missing -= len(piece)
            tdir += struct.pack(
                "<48s4BI7Q", name.encode(), 0, 0, 0, 2, crc, *shape, 0, 0,
                at, end - at, end - at)
        directory = b"".join(
            struct.pack("<4sIQQII", tag, 0, at, length, crc, 0)
            for tag, at, length, crc in [
                (b"CONF", conf_at, len(conf), zlib.crc32(conf)),
                (b"VOCB", vocb_at, len(vocb), zlib.crc32(vocb)),
                (b"TDIR", tdir_at, len(tdir), zlib.crc32(tdir)),
                (b"DATA", data_at, end - data_at, 0)])
        header = struct.pack(
            "<8sHHIQQII20x", b"\x89MGP\r\n\x1a\n", 1, 0, 0, end, 64, 4,
            zlib.crc32(directory))
        header += struct.pack("<I", zlib.crc32(header))
        for at, part in [(0, header + directory), (conf_at, conf),
                         (vocb_at, vocb), (tdir_at, tdir)]:
            file.seek(at)
            file.write(part)


def anonymous_memory(pid):
    """The resident bytes of a process that no file stands behind."""
    try:
        for line in open(f"/proc/{pid}/status"):
            if line.startswith("RssAnon:"):
                return int(line.split()[1]) << 10
    except OSError:
        pass  # it has ended
    return 0


def run(command, folder, limit, output=None):
    """Runs a program under the limit and prints what it took."""
    begun = time.monotonic()
    with open(output or os.devnull, "wb") as sink:
        child = subprocess.Popen(
            command, cwd=folder, stdin=subprocess.DEVNULL, stdout=sink,
            preexec_fn=lambda: resource.setrlimit(
                resource.RLIMIT_DATA, (limit, limit)))
    anonymous = 0
    while True:
        pid, status, usage = os.wait4(child.pid, os.WNOHANG)
        if pid:
            break
        anonymous = max(anonymous, anonymous_memory(child.pid))
        time.sleep(0.002)
    child.returncode = os.waitstatus_to_exitcode(status)
    words = " ".join(os.path.basename(str(word)) for word in command)
    print(f"{words}: {time.monotonic() - begun:.1f} s, anonymous"
          f" {anonymous / MEBIBYTE:.1f} MiB, resident"
          f" {usage.ru_maxrss / 1024:.0f} MiB", flush=True)
    assert child.returncode == 0, f"exit {child.returncode}"
    assert anonymous <= limit


def digest(path):
    hash = hashlib.sha256()
    with open(path, "rb") as file:
        while piece := file.read(MEBIBYTE):
            hash.update(piece)
    return hash.hexdigest()


def check(programs, folder, byte_count, limit):
    """Takes a file of that size through the programs."""
    def tool(name, *arguments, output=None):
        run([programs / name, *arguments], folder, limit, output)

    def same(one, other):
        assert filecmp.cmp(folder / one, folder / other, shallow=False)
        (folder / other).unlink()

    def fingerprint(name):
        tool("mgpt-inspect", "fingerprint", name, output=folder / "print")
        return (folder / "print").read_text().split()[0]

    begun = time.monotonic()
    make(folder / "big.mgpt", byte_count)
    size = (folder / "big.mgpt").stat().st_size
    print(f"a file of {size / MEBIBYTE:.0f} MiB, made in"
          f" {time.monotonic() - begun:.1f} s")
    tool("mgpt-inspect", "big.mgpt")
    tool("mgpt-inspect", "verify", "big.mgpt")
    # The fingerprint of a raw file is its SHA-256 (section 11).
    assert fingerprint("big.mgpt") == digest(folder / "big.mgpt")
    tool("mgpt-convert", "big.mgpt", "copy.mgpt")
    same("big.mgpt", "copy.mgpt")
    tool("mgpt-convert", "big.mgpt", "zlib.mgpt", "--codec", "zlib")
    print(f"compressed to {(folder / 'zlib.mgpt').stat().st_size / size:.1%}")
    tool("mgpt-inspect", "verify", "zlib.mgpt")
    assert fingerprint("zlib.mgpt") == digest(folder / "big.mgpt")
    tool("mgpt-convert", "zlib.mgpt", "back.mgpt", "--codec", "raw")
    same("big.mgpt", "back.mgpt")
    (folder / "zlib.mgpt").unlink()
    # Text takes longer, so of a part of the size.
    make(folder / "part.mgpt", byte_count // 16)
    tool("mgpt-convert", "part.mgpt", "part.json")
    tool("mgpt-convert", "part.json", "again.mgpt")
    same("part.mgpt", "again.mgpt")


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("programs", type=pathlib.Path)
    parser.add_argument("--megabytes", type=int, default=512)
    parser.add_argument("--limit", type=int, default=64, help="in MiB")
    parser.add_argument("--folder", help="where there is room")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=options.folder) as folder:
        check(options.programs.resolve(), pathlib.Path(folder),
              options.megabytes * 10**6, options.limit * MEBIBYTE)
    print("all in memory bounded by chunks")


if __name__ == "__main__":
    main()
