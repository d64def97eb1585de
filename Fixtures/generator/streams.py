"""Compressed tensors from parts that somebody else may have made.

A chunk is a dictionary: `rotation`, `reserved`, and `parts`, a list of pairs of
kind and bytes, of which a byte may be wrong.
"""

import struct
import zlib

import mgpt
from draft import CHUNK, u32

STORED, DEFLATED, NIBBLES = range(3)


def pack(chunks):
    """The stored bytes of a tensor: the table, then the parts."""
    entries, bodies = [], []
    for chunk in chunks:
        entry = bytes([chunk["rotation"]]) + chunk["reserved"]
        for index, (kind, part) in enumerate(chunk["parts"]):
            length = chunk.get("lengths", {}).get(index, len(part))
            entry += u32(kind << 24 | length)
        body = b"".join(part for _, part in chunk["parts"])
        entries.append(u32(zlib.crc32(entry + body)) + entry)
        bodies.append(body)
    return b"".join(entries + bodies)


def unpack(stored, decoded_length, width):
    """The chunks of stored bytes: the inverse of `pack`."""
    count = -(-decoded_length // CHUNK)
    at = count * (8 + 4 * width)
    chunks = []
    for index in range(count):
        _, rotation, reserved, *words = struct.unpack_from(
            f"<IB3s{width}I", stored, index * (8 + 4 * width))
        parts = []
        for word in words:
            length = word & 0xff_ffff
            parts.append((word >> 24, stored[at:at + length]))
            at += length
        chunks.append(
            {"rotation": rotation, "reserved": reserved, "parts": parts})
    return chunks


def planes(data, width, rotation):
    if rotation:
        data = mgpt.rotate_left(data, width)
    return [data[k::width] for k in range(width)]


def elements(parts, rotation):
    """The decoded bytes of planes: the inverse of `planes`."""
    width = len(parts)
    data = bytearray(width * len(parts[0]))
    for k, plane in enumerate(parts):
        data[k::width] = plane
    return mgpt.rotate_right(bytes(data), width) if rotation else bytes(data)


def chunk(rotation, *parts):
    return {"rotation": rotation, "reserved": bytes(3), "parts": list(parts)}


class Blocks:
    """Deflate (RFC 1951) by hand, so that no library decides on a byte."""

    def __init__(self):
        self.bits = 0  # the first one lowest
        self.count = 0

    def put(self, value, count):
        self.bits |= value << self.count
        self.count += count

    def put_code(self, code, count):
        """Codes begin with their highest bit."""
        self.put(int(f"{code:0{count}b}"[::-1], 2), count)

    def put_symbol(self, symbol):
        """A symbol in the fixed codes."""
        if symbol < 144:
            self.put_code(0x30 + symbol, 8)
        elif symbol < 256:
            self.put_code(0x190 + symbol - 144, 9)
        elif symbol < 280:
            self.put_code(symbol - 256, 7)
        else:
            self.put_code(0xC0 + symbol - 280, 8)

    def stored(self, data, last=False):
        self.put(last, 3)
        self.count += -self.count % 8
        self.put(len(data) | (len(data) ^ 0xFFFF) << 16, 32)
        self.put(int.from_bytes(data, "little"), 8 * len(data))
        return self

    def fixed(self, data, distance=None, last=False):
        """A block in the fixed codes; with a distance of 1 to 4, with matches
        of 258 or 10 bytes at that distance."""
        self.put(last | 1 << 1, 3)
        at = 0
        while at < len(data):
            for length, symbol in ((258, 285), (10, 264)):
                if (distance and at >= distance
                        and data[at:at + length] == data[
                            at - distance:at - distance + length]
                        and at + length <= len(data)):
                    self.put_symbol(symbol)
                    self.put_code(distance - 1, 5)
                    at += length
                    break
            else:
                self.put_symbol(data[at])
                at += 1
        self.put_symbol(256)
        return self

    def bytes(self):
        return self.bits.to_bytes((self.count + 7) // 8, "little")


def stream(plain, body=None, header=b"\x78\x01"):
    """A zlib stream that is not what the canonical encoder gives."""
    if body is None:
        body = Blocks().fixed(plain, last=True)
    return header + body.bytes() + zlib.adler32(plain).to_bytes(4, "big")


def matched(plain, distance=2):
    """A stream with matches at a distance."""
    return stream(plain, Blocks().fixed(plain, distance, last=True))


def nibble_form(base, exceptions, nibbles, spare=0):
    """A nibble form as given: nothing is checked."""
    packed = bytearray((len(nibbles) + 1) // 2)
    for index, nibble in enumerate(nibbles):
        packed[index // 2] |= nibble << 4 * (index % 2)
    if spare:
        packed[-1] |= spare << 4
    return struct.pack("<BI", base, len(exceptions)) + b"".join(
        struct.pack("<IB", *exception) for exception in exceptions
    ) + bytes(packed)
