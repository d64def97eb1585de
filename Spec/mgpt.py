#!/usr/bin/env python3
"""MicroGPT checkpoints, version 1.0, in Python: read, write, verify, convert.

This is FORMAT.md as a program, in the order of its sections and meant to be
read beside it. It needs the standard library only. Every check of section 10
is made and carries its number.

    model = mgpt.load("names.mgpt")           the lists of microgpt.py
    mgpt.save("mine.mgpt", state_dict, uchars, n_head)

    checkpoint = mgpt.parse(data)             bytes <-> all that a file says
    data = mgpt.serialize(checkpoint)         always the canonical file
    text = mgpt.to_json(checkpoint)           and its JSON twin
    checkpoint = mgpt.from_json(text)

    python3 mgpt.py --help                    the same from a shell

Whatever the input, what is no checkpoint raises FormatError and nothing else;
an argument that makes no sense raises ArgumentError. Both are ValueErrors.
Reading takes memory in proportion to the file and to what its tensors decode
to, which is less than 2,064 times as much; verify() keeps one chunk at a time.
"""

from __future__ import annotations

import base64
import decimal
import difflib
import errno
import hashlib
import json
import math
import operator
import os
import re
import stat
import struct
import sys
import zlib
from collections import Counter, namedtuple
from collections.abc import Mapping, Set
from dataclasses import dataclass, field
from numbers import Complex, Real
from typing import Iterator

try:
    import fcntl  # locks, for saving; POSIX systems have it
except ImportError:
    fcntl = None

__version__ = "1.0.0"  # that of the package


# 1 Conventions and definitions

class FormatError(ValueError):
    """What breaks a rule of class F: which, where, and how."""

    def __init__(self, rule, place, offset, found, expected):
        self.rule = rule  # as "F22"
        self.field = place  # spelt as the specification does
        self.offset = offset  # in bytes from the start; None if there is none
        self.found, self.expected = found, expected
        at = "" if offset is None else f" at byte {offset}"
        super().__init__(
            f"{place}{at}: found {found}, expected {expected} ({rule})")


class ArgumentError(ValueError):
    """What a call was given and cannot take."""

    def __init__(self, argument, found, expected, sentence=None):
        self.argument = argument  # as "n_head" or "metadata['my.note']"
        self.found, self.expected = found, expected
        super().__init__(
            sentence or f"{argument} is {found}, expected {expected}")


def check(holds, rule, place, offset, found, expected):
    if not holds:
        raise FormatError(rule, place, offset, found, expected)


def check_zeros(file: bytes, start: int, end: int, rule: str, place: str):
    """Checks bytes of a file; the error names the first that is not zero."""
    rest = file[start:end].lstrip(b"\0")
    check(not rest, rule, place, end - len(rest), rest[:1].hex(), "00")


def check_crc32(crc32: int, rule: str, place: str, at: int, *covered: bytes):
    computed = 0
    for piece in covered:
        computed = zlib.crc32(piece, computed)
    check(crc32 == computed, rule, place, at, f"{crc32:08x}",
          f"{computed:08x}")


def align(offset: int) -> int:
    return (offset + 63) // 64 * 64


def utf8(raw: bytes, rule: str, place: str, offset: int,
         is_exact: bool = True) -> str:
    """UTF-8 as Python checks it is UTF-8 as Unicode defines it."""
    try:
        return str(raw, "utf-8")
    except UnicodeDecodeError as error:
        raise FormatError(
            rule, place, offset + (error.start if is_exact else 0),
            f"the byte {raw[error.start]:02x}", "well-formed UTF-8") from None


def is_control(character: str) -> bool:
    return character <= "\x1f" or "\x7f" <= character <= "\x9f"


def shown(text: str) -> str:
    """A text from a file made harmless for a terminal, and short."""
    safe = (c if c.isprintable() else ascii(c)[1:-1] for c in text[:40])
    return f"“{''.join(safe)}{'…' * (len(text) > 40)}”"


# 2 Layout and canonical form

@dataclass
class Tensor:
    name: str
    role: str  # "weight", "adam_m" or "adam_v"
    dtype: str  # "f32", "f64", "bf16" or "f16"
    shape: tuple
    codec: str  # "raw" or "zlib"
    data: bytes  # the decoded bytes


@dataclass
class Checkpoint:
    """The content of a file.

    The values of `training` and `metadata` are str, lists of int (u64) or
    lists of float (f64). `sections` holds the unknown sections that are safe
    to copy, as pairs of tag and bytes: what a new file takes from an old one.
    """

    config: dict  # n_layer, n_head, n_embd, block_size, vocab_size
    vocab: str
    tensors: list
    training: dict | None = None
    metadata: dict | None = None
    sections: list = field(default_factory=list)


def serialize(checkpoint: Checkpoint) -> bytes:
    """The canonical file of a content.

    Raises ArgumentError for what is of the wrong type, FormatError for what
    makes no file. Elements may be any bits, NaN and infinities included.
    """
    checkpoint = plain_checkpoint(checkpoint)
    tensors = sorted(checkpoint.tensors, key=tensor_order)
    before = [("CONF", write_config(checkpoint.config)),
              ("VOCB", checkpoint.vocab.encode())]
    behind = [(tag, write_properties(values)) for tag, values
              in (("oPTM", checkpoint.training), ("mETa", checkpoint.metadata))
              if values] + sorted(checkpoint.sections)

    # TDIR says where the tensors are, and stands before them.
    count = len(before) + 2 + len(behind)
    end = HEADER.size + ENTRY.size * count
    for length in (*(len(body) for _, body in before),
                   RECORD.size * len(tensors)):
        end = align(end) + length
    directory, data = write_tensors(tensors, align(end))

    file = bytearray(HEADER.size + ENTRY.size * count)
    for index, (tag, body) in enumerate(
            [*before, ("TDIR", directory), ("DATA", data), *behind]):
        file += bytes(align(len(file)) - len(file))
        crc32 = 0 if tag == "DATA" else zlib.crc32(body)
        ENTRY.pack_into(file, HEADER.size + ENTRY.size * index,
                        tag.encode(), 0, len(file), len(body), crc32, 0)
        file += body
    write_header(file, count)
    file = bytes(file)
    read_head(file)  # what a reader refuses is not written
    return file


# 3 Header

MAGIC = bytes.fromhex("89 4D 47 50 0D 0A 1A 0A")
HEADER = struct.Struct("<8s 2H I 2Q 2I 20s I")


def read_header(file: bytes) -> tuple[int, int, int]:
    """The minor version, the number of sections, the directory's checksum."""
    check(file[:8] == MAGIC, "F1", "header.magic", 0,
          file[:8].hex(" ") or "an empty file", MAGIC.hex(" "))
    check(len(file) >= HEADER.size, "F2", "header", 0,
          f"{len(file)} bytes", "at least 64")
    (_, major, minor, features, length, offset, count, directory_crc32, _,
     crc32) = HEADER.unpack_from(file)
    check(major == 1, "F3", "header.major", 8, f"version {major}", "1")
    check_crc32(crc32, "F4", "header.header_crc32", 60, file[:60])
    check(features == 0, "F5", "header.required_features", 12,
          f"{features:08x}", "no bit set")
    check(offset == 64, "F6", "header.directory_offset", 24, offset, 64)
    check(1 <= count <= 64, "F7", "header.section_count", 32, count, "1 to 64")
    check_zeros(file, 40, 60, "F8", "header.reserved")
    check(length == len(file), "F9", "header.file_length", 16,
          f"a file of {len(file)} bytes", length)
    return minor, count, directory_crc32


def write_header(file: bytearray, count: int):
    """Fills in the header of a file that is complete but for it."""
    directory = file[HEADER.size:HEADER.size + ENTRY.size * count]
    HEADER.pack_into(file, 0, MAGIC, 1, 0, 0, len(file), HEADER.size, count,
                     zlib.crc32(directory), bytes(20), 0)
    struct.pack_into("<I", file, 60, zlib.crc32(file[:60]))


# 4 Directory and tags

KNOWN_TAGS = ["CONF", "VOCB", "TDIR", "DATA", "oPTM", "mETa"]
ENTRY = struct.Struct("<4s I 2Q 2I")
Section = namedtuple("Section", "tag offset end")


def section_order(tag: str) -> tuple:
    return KNOWN_TAGS.index(tag) if tag in KNOWN_TAGS else 9, tag


def is_copied(tag: str) -> bool:
    """Whether a new file takes a section along that is unknown here."""
    return tag not in KNOWN_TAGS and tag[0].islower() and tag[3].islower()


def read_directory(file: bytes, count: int, crc32: int) -> list[Section]:
    end = HEADER.size + ENTRY.size * count
    check(end <= len(file), "F10", "directory", HEADER.size,
          f"{len(file) - HEADER.size} bytes", end - HEADER.size)
    check_crc32(crc32, "F11", "header.directory_crc32", 36,
                file[HEADER.size:end])
    sections: list[Section] = []
    checksums = []
    for index in range(count):
        at, place = HEADER.size + ENTRY.size * index, f"directory[{index}]"
        tag, _, offset, length, crc32, _ = ENTRY.unpack_from(file, at)
        check(tag.isalpha(), "F12", f"{place}.tag", at,
              tag.hex(" "), "four letters")
        tag = tag.decode()
        check(tag in KNOWN_TAGS or tag[0].islower(), "F13", f"{place}.tag", at,
              f"the critical section {tag}", "sections of version 1.0")
        check(index == 0
              or section_order(sections[-1].tag) < section_order(tag),
              "F14", f"{place}.tag", at, tag, "each section once, in order")
        check_zeros(file, at + 4, at + 8, "F15", f"{place}.flags")
        check(offset == align(end), "F16", f"{place}.offset", at + 8,
              offset, align(end))
        left = max(0, len(file) - offset)
        check(1 <= length <= left, "F17", f"{place}.length", at + 16,
              length, f"1 to {left}, what is left of the file")
        check(tag != "DATA" or crc32 == 0, "F18", f"{place}.crc32", at + 24,
              f"{crc32:08x}", "0 for DATA")
        check_zeros(file, at + 28, at + 32, "F19", f"{place}.reserved")
        check_zeros(file, end, offset, "F20", "padding")
        end = offset + length
        sections.append(Section(tag, offset, end))
        checksums.append((crc32, f"{place}.crc32", at + 24))
    check(end == len(file), "F21", "header.file_length", 16,
          f"{len(file) - end} bytes after the last section", "none")
    for section, (crc32, place, at) in zip(sections, checksums):
        if section.tag != "DATA":
            check_crc32(crc32, "F22", place, at,
                        file[section.offset:section.end])
    for tag in KNOWN_TAGS[:4]:
        check(any(section.tag == tag for section in sections),
              "F23", "directory", HEADER.size, f"no section {tag}", "one")
    return sections


# 5 CONF

CONFIG = struct.Struct("<8I")
CODES = {"architecture": (1, "microgpt"), "activation": (1, "relu"),
         "tying": (0, "untied")}
LIMITS = {"n_layer": (1, 1_000), "n_head": (1, 65_536), "n_embd": (1, 65_536),
          "block_size": (1, 1_048_576), "vocab_size": (2, 1_112_065)}


def read_config(raw: bytes, start: int) -> dict:
    check(len(raw) == 32, "F24", "CONF", start, f"{len(raw)} bytes", 32)
    values = dict(zip([*CODES, *LIMITS], CONFIG.unpack(raw)))
    places = {key: start + 4 * index for index, key in enumerate(values)}
    for key, (code, meaning) in CODES.items():
        found = values.pop(key)
        check(found == code, "F25", f"CONF.{key}", places[key],
              found, f"{code} ({meaning})")
    for key, expected in config_defects(values):
        raise FormatError(
            "F26", f"CONF.{key}", places[key], values[key], expected)
    return values


def config_defects(config: dict) -> Iterator[tuple[str, str]]:
    """The keys with a wrong value, and what they should have."""
    for key, (least, greatest) in LIMITS.items():
        if not least <= config[key] <= greatest:
            yield key, f"{least} to {greatest}"
    if config["n_embd"] % config["n_head"]:
        yield "n_head", f"a divisor of n_embd ({config['n_embd']})"


def write_config(config: dict) -> bytes:
    return CONFIG.pack(*(code for code, _ in CODES.values()),
                       *(config[key] for key in LIMITS))


# 6 VOCB

GREATEST_VOCABULARY = 4 * 1_112_064  # bytes, four for each scalar there is


def read_vocabulary(raw: bytes, start: int) -> str:
    place = "VOCB.characters"
    check(len(raw) <= GREATEST_VOCABULARY, "F27", place, start,
          f"{len(raw)} bytes", f"at most {GREATEST_VOCABULARY}")
    vocab = utf8(raw, "F28", place, start)
    for index in disorder(vocab):
        raise FormatError(
            "F29", place, start + len(vocab[:index].encode()),
            f"{shown(vocab[index])} after {shown(vocab[index - 1])}",
            "characters in strictly increasing order")
    return vocab


def disorder(vocab: str) -> Iterator[int]:
    """The indices of the characters that are not above the one before."""
    return (index for index in range(1, len(vocab))
            if vocab[index - 1] >= vocab[index])


# 7 TDIR

RECORD = struct.Struct("<48s 4B I 4Q 3Q")
ROLES = ["weight", "adam_m", "adam_v"]
DTYPES = ["f32", "f64", "bf16", "f16"]
CODECS = ["raw", "zlib"]
WIDTHS = {"f32": 4, "f64": 8, "bf16": 2, "f16": 2}


# A tensor as TDIR describes it; `at` is the offset of the record itself.
Record = namedtuple("Record", "index at name role dtype codec shape crc32"
                    " offset end decoded_length")


def shapes(config: dict) -> dict:
    """The matrices of a configuration, in the order of microgpt.py."""
    width, tokens = config["n_embd"], config["vocab_size"]
    result = {"wte": (tokens, width), "wpe": (config["block_size"], width),
              "lm_head": (tokens, width)}
    for i in range(config["n_layer"]):
        for part in ("wq", "wk", "wv", "wo"):
            result[f"layer{i}.attn_{part}"] = (width, width)
        result[f"layer{i}.mlp_fc1"] = (4 * width, width)
        result[f"layer{i}.mlp_fc2"] = (width, 4 * width)
    return result


def expected_tensors(config: dict, with_moments: bool) -> list[tuple]:
    """Role, name and shape of each tensor, in the order of the file."""
    return [(role, name, shape) for role in ROLES[:3 if with_moments else 1]
            for name, shape in sorted(shapes(config).items())]


def tensor_order(tensor: Tensor) -> tuple:
    return ROLES.index(tensor.role), tensor.name.encode()


def read_records(raw: bytes, start: int, data: Section) -> list[Record]:
    check(len(raw) % RECORD.size == 0, "F30", "TDIR", start,
          f"{len(raw)} bytes", f"a multiple of {RECORD.size}")
    records: list[Record] = []
    end = data.offset
    for at in range(0, len(raw), RECORD.size):
        records.append(read_record(
            raw[at:at + RECORD.size], len(records), start + at, end, data.end))
        end = records[-1].end
    check(end == data.end, "F39", "DATA", data.offset,
          f"{data.end - end} bytes after the last tensor", "none")
    return records


def read_record(
        raw: bytes, index: int, at: int, end: int, data_end: int) -> Record:
    """`end` is where the tensor before ends, `data_end` where DATA does."""
    (name, role, dtype, codec, rank, crc32, *dims, offset, stored_length,
     decoded_length) = RECORD.unpack(raw)
    place = f"TDIR[{index}]"
    name = read_name(name, at, f"{place}.name")
    for key, position, code, names in (
            ("role", 48, role, ROLES), ("dtype", 49, dtype, DTYPES),
            ("codec", 50, codec, CODECS)):
        check(code < len(names), "F32", f"{place}.{key}", at + position,
              code, f"0 to {len(names) - 1}")
    role, dtype, codec = ROLES[role], DTYPES[dtype], CODECS[codec]
    check(1 <= rank <= 4, "F33", f"{place}.rank", at + 51, rank, "1 to 4")

    size = WIDTHS[dtype]
    for axis, dimension in enumerate(dims):
        size *= dimension if axis < rank else 1
        holds = 0 < size < 2**63 if axis < rank else dimension == 0
        check(holds, "F34", f"{place}.dims[{axis}]", at + 56 + 8 * axis,
              dimension, "1 or more, and fewer than 2^63 bytes in all"
              if axis < rank else f"0, as rank is {rank}")
    check(decoded_length == size, "F35", f"{place}.decoded_length", at + 104,
          decoded_length, size)
    check(offset == align(end), "F36", f"{place}.offset", at + 88,
          offset, align(end))
    left = max(0, data_end - offset)
    check(stored_length <= left, "F37", f"{place}.stored_length", at + 96,
          stored_length, f"at most {left}, what is left of DATA")
    least = max(table_length(size, WIDTHS[dtype]) + 1, size // 2064)
    check(stored_length == size if codec == "raw" else stored_length >= least,
          "F38", f"{place}.stored_length", at + 96, stored_length,
          size if codec == "raw" else f"at least {least}")
    return Record(index, at, name, role, dtype, codec, tuple(dims[:rank]),
                  crc32, offset, offset + stored_length, size)


def read_name(raw: bytes, at: int, place: str) -> str:
    name = utf8(raw.split(b"\0")[0], "F31", place, at)
    check(name, "F31", place, at, "no name", "1 to 48 bytes")
    end = 0
    for character in name:
        check(not is_control(character), "F31", place, at + end,
              shown(character), "text without control characters")
        end += len(character.encode())
    rest = raw[end:].lstrip(b"\0")
    check(not rest, "F31", place, at + len(raw) - len(rest),
          rest[:1].hex(), "zeros after the name")
    return name


def check_tensors(
        records: list[Record], config: dict, with_moments: bool, start: int):
    """That they are just the tensors of the configuration."""
    expected = expected_tensors(config, with_moments)
    for record, (role, name, shape) in zip(records, expected):
        place = f"TDIR[{record.index}]"
        check((record.role, record.name) == (role, name), "F46",
              f"{place}.name", record.at,
              f"{record.role} {shown(record.name)}", f"{role} {name}")
        check(record.shape == shape, "F47", f"{place}.dims", record.at + 56,
              list(record.shape), list(shape))
    check(len(records) >= len(expected), "F48", "TDIR", start,
          f"{len(records)} tensors", len(expected))
    for record in records[len(expected):]:
        raise FormatError(
            "F48", f"TDIR[{record.index}].name", record.at,
            f"{record.role} {shown(record.name)}",
            f"no tensor after the {len(expected)} of the model")


def write_tensors(tensors: list[Tensor], start: int) -> tuple[bytes, bytes]:
    """TDIR and DATA, which starts at `start`."""
    directory, data = bytearray(), bytearray()
    for tensor in tensors:
        codec, stored, shape = tensor.codec, tensor.data, list(tensor.shape)
        if codec == "zlib":
            codec, stored = compress(stored, WIDTHS[tensor.dtype])
        data += bytes(align(len(data)) - len(data))
        directory += RECORD.pack(
            tensor.name.encode(), ROLES.index(tensor.role),
            DTYPES.index(tensor.dtype), CODECS.index(codec), len(shape),
            zlib.crc32(tensor.data), *shape, *[0] * (4 - len(shape)),
            start + len(data), len(stored), len(tensor.data))
        data += stored
    return bytes(directory), bytes(data)


# 8 DATA

def decode(file: bytes, record: Record) -> Iterator[bytes]:
    """The decoded bytes of a tensor, piece by piece, each checked; what all
    of them together must keep is checked last."""
    if record.codec == "raw":  # 8.1
        pieces = iter([file[record.offset:record.end]])
    else:
        pieces = decode_chunks(file, record)
    computed = 0
    for piece in pieces:
        computed = zlib.crc32(piece, computed)
        yield piece
    check(record.crc32 == computed, "F57", f"TDIR[{record.index}].crc32",
          record.at + 52, f"{record.crc32:08x}", f"{computed:08x}")


# 8.2 Zlib: chunks, table and planes

CHUNK = 262_144
STORED, DEFLATED, NIBBLES = 0, 1, 2


def table_length(decoded_length: int, width: int) -> int:
    return (decoded_length + CHUNK - 1) // CHUNK * (8 + 4 * width)


def decode_chunks(file: bytes, record: Record) -> Iterator[bytes]:
    width = WIDTHS[record.dtype]
    entry = record.offset
    at = entry + table_length(record.decoded_length, width)
    for chunk, start in enumerate(range(0, record.decoded_length, CHUNK)):
        place = f"DATA[{record.index}].chunk[{chunk}]"
        crc32, rotation, *words = struct.unpack_from(
            f"<I B 3x {width}I", file, entry)
        check(rotation <= 1, "F50", f"{place}.rotation", entry + 4,
              rotation, "0 or 1")
        check_zeros(file, entry + 5, entry + 8, "F51", f"{place}.reserved")
        parts = [(word >> 24, word & 0xFF_FFFF) for word in words]
        for k, (kind, _) in enumerate(parts):
            greatest = NIBBLES if k == width - 1 else DEFLATED
            check(kind <= greatest, "F52", f"{place}.parts[{k}].kind",
                  entry + 11 + 4 * k, kind, f"0 to {greatest}")
        length = sum(length for _, length in parts)
        check(length <= record.end - at, "F53", f"{place}.parts", at,
              f"{record.end - at} bytes", length)
        check_crc32(crc32, "F54", f"{place}.crc32", entry,
                    file[entry + 4:entry + 8 + 4 * width],
                    file[at:at + length])

        n = min(CHUNK, record.decoded_length - start) // width
        data = bytearray(n * width)
        for k, (kind, length) in enumerate(parts):
            plane = decode_part(kind, file[at:at + length], n)
            check(plane is not None, "F55", f"{place}.parts[{k}]", at,
                  f"{length} bytes of kind {kind}", f"a plane of {n} bytes")
            data[k::width] = plane
            at += length
        yield rotate_right(data, width) if rotation else bytes(data)
        entry += 8 + 4 * width
    check(at == record.end, "F56", f"DATA[{record.index}]", record.offset,
          f"{record.end - at} bytes after the last chunk", "none")


def decode_part(kind: int, part: bytes, n: int) -> bytes | None:
    """The plane of n bytes, or None if the part is not one of it."""
    if kind == STORED:
        plane = part
    elif kind == DEFLATED:
        plane = inflate(part, n)
    else:
        form = inflate(part, 5 + 5 * (n // 64) + (n + 1) // 2)
        plane = from_nibbles(form, n)
    return plane if plane is not None and len(plane) == n else None


def inflate(stream: bytes, room: int) -> bytes | None:
    """What a zlib stream holds, if that fits and the stream ends just with
    the last byte given."""
    machine = zlib.decompressobj()
    try:  # one byte more than allowed would show a stream that goes on
        plain = machine.decompress(stream, room + 1)
    except zlib.error:
        return None
    is_whole = machine.eof and not machine.unused_data
    return plain if is_whole and len(plain) <= room else None


# All elements of a chunk are rotated at once, as one huge integer.

def lowest_bits(length: int, width: int) -> int:
    return int.from_bytes((b"\1" + bytes(width - 1)) * (length // width),
                          "little")


def rotate_left(data: bytes, width: int) -> bytes:
    value, shift = int.from_bytes(data, "little"), 8 * width - 1
    signs = value >> shift & lowest_bits(len(data), width)
    return ((value ^ signs << shift) << 1 | signs).to_bytes(
        len(data), "little")


def rotate_right(data: bytes, width: int) -> bytes:
    value, shift = int.from_bytes(data, "little"), 8 * width - 1
    signs = value & lowest_bits(len(data), width)
    return ((value ^ signs) >> 1 | signs << shift).to_bytes(
        len(data), "little")


# 8.3 Nibble form

LOW_HALF = bytes(byte & 15 for byte in range(256))
HIGH_HALF = bytes(byte >> 4 for byte in range(256))


def to_nibbles(plane: bytes) -> bytes | None:
    """The nibble form of a plane; None if it has too many exceptions."""
    n, counts = len(plane), Counter(plane)
    covered = [sum(counts[value] for value in range(base, base + 15))
               for base in range(242)]
    base = covered.index(max(covered))  # the first of them
    if n - covered[base] > n // 64:
        return None
    nibbles = plane.translate(bytes(
        value - base if base <= value < base + 15 else 15
        for value in range(256)))
    exceptions = b"".join(
        struct.pack("<IB", match.start(), plane[match.start()])
        for match in re.finditer(b"\x0f", nibbles))
    packed = (int.from_bytes(nibbles[0::2], "little")
              | int.from_bytes(nibbles[1::2], "little") << 4)
    return (struct.pack("<BI", base, len(exceptions) // 5) + exceptions
            + packed.to_bytes((n + 1) // 2, "little"))


def from_nibbles(form: bytes | None, n: int) -> bytes | None:
    """The plane of n bytes; None if the form breaks a rule."""
    if form is None or len(form) < 5:
        return None
    base, count = struct.unpack_from("<BI", form)
    exceptions, packed = form[5:5 + 5 * count], form[5 + 5 * count:]
    if base > 241 or count > n // 64 or len(packed) != (n + 1) // 2:
        return None
    nibbles = bytearray(2 * len(packed))
    nibbles[0::2] = packed.translate(LOW_HALF)
    nibbles[1::2] = packed.translate(HIGH_HALF)
    if any(nibbles[n:]) or nibbles.count(15) != count:
        return None
    plane = nibbles[:n].translate(
        bytes(min(base + nibble, 255) for nibble in range(256)))
    previous = -1
    for index, value in struct.iter_unpack("<IB", exceptions):
        if (not previous < index < n or nibbles[index] != 15
                or base <= value < base + 15):
            return None
        plane[index] = value
        previous = index
    return bytes(plane)


# 8.4 What the canonical encoder chooses

def compress(data: bytes, width: int) -> tuple[str, bytes]:
    """The codec of a tensor that is to be compressed, and its stored bytes."""
    chunks = [encode_chunk(data[start:start + CHUNK], width)
              for start in range(0, len(data), CHUNK)]
    stored = b"".join([*(entry for entry, _ in chunks),
                       *(parts for _, parts in chunks)])
    is_longer = len(chunks) == 1 and len(stored) >= len(data)
    return ("raw", data) if is_longer else ("zlib", stored)


def encode_chunk(data: bytes, width: int) -> tuple[bytes, bytes]:
    """The entry in the table, and the parts."""
    signs = {byte >> 7 for byte in set(data[width - 1::width])}
    rotation = len(signs) == 2
    if rotation:
        data = rotate_left(data, width)
    parts = [encode_plane(data[k::width], k == width - 1)
             for k in range(width)]
    entry = struct.pack(f"<B 3x {width}I", rotation,
                        *(kind << 24 | len(part) for kind, part in parts))
    body = b"".join(part for _, part in parts)
    crc32 = zlib.crc32(body, zlib.crc32(entry))
    return struct.pack("<I", crc32) + entry, body


def encode_plane(plane: bytes, is_last: bool) -> tuple[int, bytes]:
    n = len(plane)
    form = to_nibbles(plane) if is_last else None
    for kind, plain in ((NIBBLES, form), (DEFLATED, plane)):
        if plain is not None:
            stream = deflate(plain)
            if len(stream) <= n - (n + 63) // 64:
                return kind, stream
    return STORED, plane


def deflate(plain: bytes) -> bytes:
    machine = zlib.compressobj(1, zlib.DEFLATED, 15, 9, zlib.Z_HUFFMAN_ONLY)
    return machine.compress(plain) + machine.flush()


# 9 Properties

GREATEST_VALUE = 1_048_576
KEY = re.compile(r"[a-z0-9_.-]{1,64}")

# The value of an assigned key is a text that matches a pattern and has at
# most so many bytes, or 1 to so many u64 (int) or f64 (float).
LINE = (r"[^\n\t]+", 200)
DIGEST = (r"[0-9a-f]{64}", 64)
WHOLE, WHOLES, REAL, REALS = (int, 1), (int, 4096), (float, 1), (float, 4096)
ASSIGNED = {
    "mETa": {
        "title": LINE, "author": LINE, "licence": LINE,
        "source": (r"[^\n\t]+", 2_000), "description": (r"(?s:.+)", 10_000),
        "data_sha256": DIGEST, "data_documents": WHOLE, "train_steps": WHOLE,
        "train_seed": WHOLE, "train_loss": REAL, "validation_loss": REAL,
        "history_steps": WHOLES, "history_loss": REALS,
        "history_validation_steps": WHOLES, "history_validation_loss": REALS},
    "oPTM": {
        "step": WHOLE, "planned_steps": WHOLE, "seed": WHOLE,
        "batch_size": WHOLE, "learning_rate": REAL, "beta1": REAL,
        "beta2": REAL, "epsilon": REAL, "initial_deviation": REAL,
        "schedule": LINE, "warmup_steps": WHOLE, "minimum_rate": REAL,
        "weight_decay": REAL, "gradient_clip": REAL, "dropout": REAL,
        "document": LINE, "data_sha256": DIGEST, "validation_share": REAL,
        "validation_every": WHOLE, "patience": WHOLE, "best_loss": REAL,
        "best_step": WHOLE}}


def value_defect(value) -> str | None:
    """What is wrong with a value, whatever its key is."""
    is_text = isinstance(value, str)
    size = len(value.encode()) if is_text else 8 * len(value)
    if size > GREATEST_VALUE:
        return f"{size} bytes, of which {GREATEST_VALUE} are allowed"
    if is_text and any(is_control(c) and c not in "\n\t" for c in value):
        return "a control character"
    if not is_text and not (value and all(map(math.isfinite, value))):
        return "no finite number"
    return None


def assigned_defects(tag: str, values: dict) -> Iterator[tuple]:
    """Rule, key, what was found and what was expected."""
    for key, value in values.items():
        form, greatest = ASSIGNED[tag].get(key, (None, 0))
        if isinstance(form, str):
            if not (isinstance(value, str) and re.fullmatch(form, value)
                    and len(value.encode()) <= greatest):
                yield ("F43", key, "another value",
                       f"a text of at most {greatest} bytes like {form}")
        elif form and not (isinstance(value[0], form)
                           and len(value) <= greatest):
            yield ("F43", key, "another value", f"1 to {greatest} "
                   + ("integers" if form is int else "real numbers"))
    if tag == "oPTM":
        for key in ("step", "planned_steps"):
            if key not in values:
                yield "F44", key, "no such key", "it in a training state"
        step, planned = values["step"][0], values["planned_steps"][0]
        if step > planned:
            yield "F44", "step", step, f"at most planned_steps ({planned})"


def read_properties(tag: str, raw: bytes, start: int) -> dict:
    values: dict = {}
    places: dict = {}
    at, previous = 0, ""

    def take(name, length):
        nonlocal at
        check(length <= len(raw) - at, "F40", f"{tag}.{name}", start + at,
              f"{len(raw) - at} bytes", length)
        at += length
        return raw[at - length:at]

    def number(name, length):
        return int.from_bytes(take(name, length), "little")

    while at < len(raw):
        key_length, kind = number("key_length", 2), number("type", 2)
        length = number("value_length", 4)
        name, place = f"{tag}.key", start + at
        key = utf8(take("key", key_length), "F41", name, place, False)
        check(KEY.fullmatch(key), "F41", name, place, shown(key),
              "1 to 64 characters of a-z 0-9 _ - .")
        check(previous < key, "F41", name, place,
              f"{shown(key)} after {shown(previous)}", "increasing order")
        name, place = f"{tag}.{key}", start + at
        check(length <= GREATEST_VALUE, "F42", name, place,
              f"{length} bytes", f"at most {GREATEST_VALUE}")
        raw_value = take(key, length)
        check(kind <= 2, "F42", name, place, f"type {kind}", "0 to 2")
        if kind == 0:
            value = utf8(raw_value, "F42", name, place, False)
        else:
            check(length % 8 == 0, "F42", name, place, f"{length} bytes",
                  "a multiple of 8")
            letter = "Q" if kind == 1 else "d"
            value = list(struct.unpack(f"<{length // 8}{letter}", raw_value))
        defect = value_defect(value)
        check(not defect, "F42", name, place, defect, "a value as typed")
        values[key], places[key], previous = value, place, key
    for rule, key, found, expected in assigned_defects(tag, values):
        raise FormatError(
            rule, f"{tag}.{key}", places.get(key, start), found, expected)
    return values


def write_properties(values: dict) -> bytes:
    entries = []
    for key, value in sorted(values.items()):
        if isinstance(value, str):
            kind, raw = 0, value.encode()
        else:
            kind = 2 if isinstance(value[0], float) else 1
            raw = struct.pack(f"<{len(value)}{' Qd'[kind]}", *value)
        entries += [struct.pack("<HHI", len(key), kind, len(raw)),
                    key.encode(), raw]
    return b"".join(entries)


# 10 Rules: what a reader checks

# All that opening a file tells, without the elements.
Head = namedtuple("Head", "minor sections config vocab records training"
                  " metadata")


def read_head(file: bytes) -> Head:
    """Makes the checks F1 to F49."""
    minor, count, directory_crc32 = read_header(file)
    sections = read_directory(file, count, directory_crc32)
    by_tag = {section.tag: section for section in sections}

    def place(tag):
        section = by_tag[tag]
        return file[section.offset:section.end], section.offset

    config = read_config(*place("CONF"))
    vocab = read_vocabulary(*place("VOCB"))
    records = read_records(*place("TDIR"), by_tag["DATA"])
    training, metadata = (
        read_properties(tag, *place(tag)) if tag in by_tag else None
        for tag in ("oPTM", "mETa"))
    check(config["vocab_size"] == len(vocab) + 1, "F45", "CONF.vocab_size",
          by_tag["CONF"].offset + 28, config["vocab_size"],
          f"{len(vocab) + 1}, the characters of VOCB and BOS")
    check_tensors(
        records, config, training is not None, by_tag["TDIR"].offset)
    for before, behind in zip(records, records[1:]):
        check_zeros(file, before.end, behind.offset, "F49", "padding")
    return Head(minor, sections, config, vocab, records, training, metadata)


def parse(file: bytes) -> Checkpoint:
    """The content of a file that keeps all rules, F1 to F57."""
    file = plain_bytes("file", file)
    head = read_head(file)
    tensors = [Tensor(record.name, record.role, record.dtype, record.shape,
                      record.codec, b"".join(decode(file, record)))
               for record in head.records]
    sections = [(section.tag, file[section.offset:section.end])
                for section in head.sections if is_copied(section.tag)]
    return Checkpoint(head.config, head.vocab, tensors, head.training,
                      head.metadata, sections)


def verify(file: bytes) -> Head:
    """Makes all checks, F1 to F57, and keeps no elements."""
    file = plain_bytes("file", file)
    head = read_head(file)
    for record in head.records:
        for _ in decode(file, record):
            pass
    return head


# 11 Fingerprint

def fingerprint(checkpoint: Checkpoint) -> str:
    checkpoint = plain_checkpoint(checkpoint)
    weights = [
        Tensor(tensor.name, "weight", tensor.dtype, tensor.shape, "raw",
               tensor.data)
        for tensor in checkpoint.tensors if tensor.role == "weight"]
    file = serialize(Checkpoint(checkpoint.config, checkpoint.vocab, weights))
    return hashlib.sha256(file).hexdigest()


# 12 Writing and opening

def write_file(path: str, file: bytes, replacing: bool = False):
    """Puts a whole file in place of the old one, or changes nothing."""
    path, file = plain_path(path), plain_bytes("file", file)
    if is_stream(path):
        raise OSError(errno.EINVAL, "it is no regular file", path)
    if path.endswith("/") or os.path.isdir(path):
        raise IsADirectoryError(errno.EISDIR, "it is a folder's name", path)
    target = os.path.realpath(path)  # step 1
    if os.path.exists(target):
        if not os.path.isfile(target):
            raise OSError(errno.EINVAL, "it is no regular file", path)
        if not replacing:
            raise FileExistsError(errno.EEXIST, "the file exists", path)
    partial = target + ".partial"
    with open(create_partial(partial), "r+b") as output:  # steps 2 to 4
        try:
            output.seek(HEADER.size)  # step 5, the header last
            output.write(file[HEADER.size:])
            output.seek(0)
            output.write(file[:HEADER.size])
            output.flush()
            synchronize(output.fileno())  # step 6
            if replacing:  # step 7
                os.rename(partial, target)
            else:
                os.link(partial, target)
                os.unlink(partial)
        except BaseException:
            os.unlink(partial)
            raise
        folder = os.open(os.path.dirname(target), os.O_RDONLY)  # step 8
        synchronize(folder)
        os.close(folder)


def create_partial(partial: str) -> int:
    """A descriptor of a new file, locked, that nobody else writes to."""
    if fcntl is None:
        raise OSError(errno.ENOTSUP, "saving needs a POSIX system", partial)
    while True:
        is_new = True
        try:
            file = os.open(partial, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o666)
        except FileExistsError:
            is_new = False
            if not is_leftover(partial):
                raise OSError(
                    errno.EEXIST, "it is no regular file and stands in the"
                    " way of saving", partial) from None
            try:
                file = os.open(
                    partial, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
            except FileNotFoundError:
                continue
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            if os.path.samestat(os.fstat(file), os.lstat(partial)):
                if is_new:
                    return file
                os.unlink(partial)  # left by a program that was killed
        except FileNotFoundError:
            pass  # whoever had it has just finished
        except OSError as error:
            os.close(file)
            raise OSError(error.errno, error.strerror, partial) from None
        os.close(file)


def is_leftover(path: str) -> bool:
    """Whether a name is that of a file or pipe; also where it has just gone."""
    try:
        mode = os.lstat(path).st_mode
    except FileNotFoundError:
        return True
    return stat.S_ISREG(mode) or stat.S_ISFIFO(mode)


def descriptor_of(path: str) -> int | None:
    """The descriptor that a path stands for, as /dev/stdout does."""
    for _ in range(40):
        folder, name = os.path.split(path)
        if name.isdecimal() and name.isascii() and (
                os.path.realpath(folder) == os.path.realpath("/dev/fd")):
            return int(name)
        if not os.path.islink(path):
            return None
        path = os.path.join(folder, os.readlink(path))
    return None


def is_stream(path: str) -> bool:
    """Whether bytes go straight on that are written to a path."""
    if descriptor_of(path) is not None:
        return True
    try:
        mode = os.stat(path).st_mode
    except OSError:
        return False
    return stat.S_ISCHR(mode) or stat.S_ISFIFO(mode) or stat.S_ISSOCK(mode)


def synchronize(file: int):
    if hasattr(fcntl, "F_FULLFSYNC"):  # Apple's fsync does less
        fcntl.fcntl(file, fcntl.F_FULLFSYNC)
    else:
        os.fsync(file)


# 13 JSON twin: elements

INFINITIES = {"f32": 0x7F80_0000, "f64": 0x7FF0_0000_0000_0000,
              "bf16": 0x7F80, "f16": 0x7C00}


def to_floats(dtype: str, data: bytes) -> tuple:
    if dtype == "bf16":  # the upper half of an f32
        wide = bytearray(2 * len(data))
        wide[2::4], wide[3::4] = data[0::2], data[1::2]
        dtype, data = "f32", bytes(wide)
    letter = {"f32": "f", "f64": "d", "f16": "e"}[dtype]
    return struct.unpack(f"<{len(data) // WIDTHS[dtype]}{letter}", data)


def from_float(dtype: str, value: float) -> bytes | None:
    """The nearest element, to f16 and bf16 by way of f32; None if a finite
    number would become infinite."""
    try:
        if dtype == "f64":
            return struct.pack("<d", value)
        single = struct.pack("<f", value)
        if dtype == "f32":
            return single
        if dtype == "f16":
            return struct.pack("<e", *struct.unpack("<f", single))
    except OverflowError:
        return None
    bits = int.from_bytes(single, "little")
    if math.isnan(value):
        return (bits >> 16 | 0x40).to_bytes(2, "little")
    bits = (bits + 0x7FFF + (bits >> 16 & 1)) >> 16  # ties to even
    overflows = bits & 0x7FFF == 0x7F80 and not math.isinf(value)
    return None if overflows else bits.to_bytes(2, "little")


def from_decimal(dtype: str, text: str) -> bytes | None:
    """The element nearest to a JSON number; None if that is infinite.

    float() rounds to f64. To round that to f32 goes wrong if it lies just
    half-way between two f32 (so its last 28 bits are zeros) and the number
    itself does not. An f64 between the two breaks the tie: one with an odd
    last bit, on the side of the number.
    """
    value = float(text)
    if math.isinf(value):
        return None
    bits = struct.unpack("<q", struct.pack("<d", value))[0]
    if dtype != "f64" and value and bits & 0xFFF_FFFF == 0:
        difference = decimal.Decimal(text).compare(decimal.Decimal(value))
        bits += int(difference) * (1 if value > 0 else -1)
        value = struct.unpack("<d", struct.pack("<q", bits))[0]
    return from_float(dtype, value)


def shortest_f32(value: float) -> float:
    """The f64 that has the shortest decimals of an f32."""
    # Below a power of two the next f32 is nearer than above it, so the nearest
    # decimal, if it is below, may miss where one above does not.
    is_power = abs(math.frexp(value)[0]) == 0.5
    starts = (value, value * (1 + 2.0**-25)) if is_power else (value,)
    bits = struct.pack("<f", value)
    # An f32 that is not subnormal gives back all decimals of up to 6 digits.
    for digits in range(6 if abs(value) >= 2.0**-126 else 1, 10):
        for start in starts:
            short = float(f"{start:.{digits}g}")
            if from_float("f32", short) == bits:
                return short
    return value


def to_json_elements(tensor: Tensor) -> list:
    """Floats, and strings for what is no finite number."""
    width = WIDTHS[tensor.dtype]
    elements: list = []
    for i, value in enumerate(to_floats(tensor.dtype, tensor.data)):
        if math.isnan(value):
            bits = tensor.data[width * i:width * (i + 1)][::-1]
            elements.append(f"NaN:{bits.hex()}")
        elif math.isinf(value):
            elements.append("Infinity" if value > 0 else "-Infinity")
        else:
            elements.append(
                value if tensor.dtype == "f64" else shortest_f32(value))
    return elements


def from_json_string(dtype: str, text: str) -> bytes | None:
    """An element that is no finite number; None if it is no such element."""
    width, infinity = WIDTHS[dtype], INFINITIES[dtype]
    sign = 1 << 8 * width - 1
    named = {"Infinity": infinity, "-Infinity": sign | infinity}
    if text in named:
        return named[text].to_bytes(width, "little")
    if not re.fullmatch(rf"NaN:[0-9A-Fa-f]{{{2 * width}}}", text):
        return None
    bits = int(text[4:], 16)
    is_nan = bits & ~sign > infinity
    return bits.to_bytes(width, "little") if is_nan else None


# 13 JSON twin: writing

def to_json(checkpoint: Checkpoint) -> str:
    checkpoint = plain_checkpoint(checkpoint)
    serialize(Checkpoint(  # what makes no file makes no twin
        checkpoint.config, checkpoint.vocab,
        [Tensor(**{**vars(tensor), "codec": "raw"})
         for tensor in checkpoint.tensors],
        checkpoint.training, checkpoint.metadata, checkpoint.sections))
    document: dict = {
        "format": "microgpt-checkpoint", "version": "1.0",
        "config": {**{key: name for key, (_, name) in CODES.items()},
                   **{key: checkpoint.config[key] for key in LIMITS}},
        "vocab": checkpoint.vocab}
    for key, values in (("metadata", checkpoint.metadata),
                        ("training", checkpoint.training)):
        if values:
            document[key] = {
                name: [str(number) for number in value]
                if isinstance(value, list) and isinstance(value[0], int)
                else value for name, value in sorted(values.items())}
    if checkpoint.sections:
        document["sections"] = [
            {"tag": tag, "data": base64.b64encode(body).decode()}
            for tag, body in sorted(checkpoint.sections)]
    document["tensors"] = [
        {"name": tensor.name, "role": tensor.role, "dtype": tensor.dtype,
         "shape": list(tensor.shape), "codec": tensor.codec,
         "data": to_json_elements(tensor)}
        for tensor in sorted(checkpoint.tensors, key=tensor_order)]

    def quoted(value):
        return json.dumps(value, ensure_ascii=False)

    lines = [f"{quoted(key)}: {quoted(value)}"
             for key, value in document.items() if key != "tensors"]
    tensors = ",\n    ".join(map(quoted, document["tensors"]))
    lines.append(f'"tensors": [\n    {tensors}\n  ]')
    return "{\n  " + ",\n  ".join(lines) + "\n}\n"


# 13 JSON twin: reading

KEYS = ["format", "version", "config", "vocab", "metadata", "training",
        "sections", "tensors"]
TENSOR_KEYS = ["name", "role", "dtype", "shape", "codec", "data"]


class Number(str):
    """A number of a JSON text, as it is written there."""


class Members(list):
    """An object of a JSON text, as pairs of key and value."""


KINDS = {str: "a string", Number: "a number", list: "an array",
         Members: "an object"}


def from_json(text: bytes | str) -> Checkpoint:
    """The content of a twin that keeps all rules, F58 to F69.

    Of the offsets only that of a slip in the grammar is known.
    """
    found: dict = {"metadata": None, "training": None, "sections": []}
    given = members(json_document(text), "", KEYS, list(found), "tensors")
    for key, rule, wanted in (("format", "F60", "microgpt-checkpoint"),
                              ("version", "F61", "1.0")):
        value = given.pop(key)
        check(type(value) is str and value == wanted, rule, key, None,
              "something else", wanted)
    config = found["config"] = json_config(given["config"])
    vocab = found["vocab"] = json_text(given["vocab"], "vocab")
    check(vocab and not any(disorder(vocab)), "F69", "vocab", None,
          "no or unordered characters", "them in strictly increasing order")
    check(config["vocab_size"] == len(vocab) + 1, "F69", "config.vocab_size",
          None, config["vocab_size"], f"{len(vocab) + 1}, with BOS")
    for key, tag in (("metadata", "mETa"), ("training", "oPTM")):
        if key in given:
            found[key] = json_properties(given[key], key, tag)
    if "sections" in given:
        found["sections"] = json_sections(given["sections"])
    room = 64 - 4 - ("metadata" in given) - ("training" in given)
    check(len(found["sections"]) <= room, "F69", "sections", None,
          f"{len(found['sections'])} sections", f"at most {room}")

    expected = expected_tensors(config, found["training"] is not None)
    tensors = of_kind(list, given["tensors"], "tensors")
    check(len(tensors) >= len(expected), "F69", "tensors", None,
          f"{len(tensors)} tensors", len(expected))
    check(len(tensors) == len(expected), "F69", f"tensors[{len(expected)}]",
          None, "another tensor", f"{len(expected)} in all")
    found["tensors"] = [
        json_tensor(tensor, f"tensors[{index}]", *expected[index])
        for index, tensor in enumerate(tensors)]
    return Checkpoint(**found)


def json_document(text: bytes | str):
    """json.loads knows the grammar, but for NaN, Infinity and twice-given
    keys. It is not to round numbers, nor to go as deep as a text may want."""
    text = (text.encode(errors="surrogatepass") if isinstance(text, str)
            else plain_bytes("text", text))
    check(not text.startswith(b"\xef\xbb\xbf"), "F58", "document", 0,
          "a byte-order mark", "UTF-8 without one")

    def refuse(name):
        raise FormatError("F58", "document", None, name, "a JSON value")

    def number(text):
        return Number(text) if len(text) <= 512 else refuse("a long number")

    decoded = utf8(text, "F58", "document", 0)
    depth = 0
    for token in re.finditer(
            r'"[^"\\]*(?:\\.[^"\\]*)*"|[][{}]', decoded, re.DOTALL):
        depth += {"[": 1, "{": 1, "]": -1, "}": -1}.get(token[0], 0)
        if depth > 16:
            refuse("deep nesting")
    try:
        value = json.loads(
            decoded, object_pairs_hook=Members, parse_int=number,
            parse_float=number, parse_constant=refuse)
    except json.JSONDecodeError as error:
        raise FormatError(
            "F58", "document", len(decoded[:error.pos].encode()),
            f"{shown(decoded[error.pos:error.pos + 20])} ({error.msg})",
            "JSON") from None
    check(type(value) is Members, "F58", "document", 0, kind_of(value),
          "an object")
    return value


def kind_of(value) -> str:
    return KINDS.get(type(value)) or json.dumps(value)  # true, false, null


def of_kind(kind: type, value, place: str):
    check(type(value) is kind, "F62", place, None, kind_of(value), KINDS[kind])
    return value


def members(value, place, keys=None, optional=(), last=None) -> dict:
    result: dict = {}
    inside = place or "document"
    for key, item in of_kind(Members, value, inside):
        json_text(key, inside)
        check(keys is None or key in keys, "F59", inside, None, shown(key),
              "one of " + ", ".join(keys or ()))
        check(key not in result, "F59", inside, None,
              f"{shown(key)} a second time", "each key once")
        check(last not in result, "F59", inside, None,
              f"{shown(key)} behind {last}", f"{last} as the last key")
        result[key] = item
    for key in keys or ():
        check(key in result or key in optional, "F59", inside, None,
              f"no {key}", "it")
    return result


def json_text(value, place: str, names: list | None = None) -> str:
    text = of_kind(str, value, place)
    check(not re.search("[\ud800-\udfff]", text), "F63", place, None,
          "half a surrogate pair", "both halves")
    check(names is None or text in names, "F62", place, None, shown(text),
          " or ".join(names or ()))
    return text


def json_whole(value, place: str) -> int:
    text = of_kind(Number, value, place)
    try:
        number = decimal.Decimal(text)
        digits = re.sub("[eE].*|[-.]", "", text).lstrip("0")
        whole = (len(digits) <= 19 and -2**63 < number < 2**63
                 and number == int(number))
    except decimal.InvalidOperation:  # an exponent beyond all bounds
        whole = False
    check(whole, "F62", place, None, shown(text), "a whole number below 2^63")
    return int(number)


def json_config(value) -> dict:
    config = {}
    for key, item in members(value, "config", [*CODES, *LIMITS]).items():
        if key in CODES:
            json_text(item, f"config.{key}", [CODES[key][1]])
        else:
            config[key] = json_whole(item, f"config.{key}")
    for key, expected in config_defects(config):
        raise FormatError("F69", f"config.{key}", None, config[key], expected)
    return config


def json_properties(value, place: str, tag: str) -> dict:
    values = {}
    for key, item in members(value, place).items():
        check(KEY.fullmatch(key), "F69", place, None, f"the key {shown(key)}",
              "1 to 64 characters of a-z 0-9 _ - .")
        inside = f"{place}.{key}"
        values[key] = (json_text(item, inside) if type(item) is str
                       else json_numbers(item, inside))
        defect = value_defect(values[key])
        check(not defect, "F69", inside, None, defect, "a value as typed")
    check(values, "F69", place, None, "no entries", "one or more")
    for _, key, found, expected in assigned_defects(tag, values):
        raise FormatError("F69", f"{place}.{key}", None, found, expected)
    return values


def json_numbers(value, place: str) -> list:
    """All u64, as strings, or all f64."""
    items = of_kind(list, value, place)
    check(items, "F64", place, None, "an empty array", "one number or more")
    numbers: list = []
    for index, item in enumerate(items):
        inside = f"{place}[{index}]"
        if type(items[0]) is str:
            check(type(item) is str
                  and re.fullmatch("0|[1-9][0-9]{0,19}", item)
                  and int(item) < 2**64, "F64", inside, None,
                  shown(str(item)), "the digits of 0 to 2^64 - 1")
            numbers.append(int(item))
        else:
            check(type(item) is not str, "F64", inside, None, shown(item),
                  "numbers only")
            number = float(of_kind(Number, item, inside))
            check(not math.isinf(number), "F66", inside, None, shown(item),
                  "a number that f64 holds")
            numbers.append(number)
    return numbers


def json_sections(value) -> list:
    sections: list = []
    for index, item in enumerate(of_kind(list, value, "sections")):
        place = f"sections[{index}]"
        given = members(item, place, ["tag", "data"])
        tag = json_text(given["tag"], f"{place}.tag")
        data = json_text(given["data"], f"{place}.data")
        check(re.fullmatch("[A-Za-z]{4}", tag) and is_copied(tag)
              and (not sections or sections[-1][0] < tag), "F65",
              f"{place}.tag", None, shown(tag),
              "unknown ancillary tags that are safe to copy, in order")
        try:
            body = base64.b64decode(data)
        except ValueError:
            body = b""
        check(body and base64.b64encode(body).decode() == data, "F65",
              f"{place}.data", None, shown(data), "one byte or more in base64")
        sections.append((tag, body))
    return sections


def json_tensor(value, place: str, role: str, name: str, shape: tuple):
    given = members(value, place, TENSOR_KEYS, last="data")
    dtype = json_text(given["dtype"], f"{place}.dtype", DTYPES)
    codec = json_text(given["codec"], f"{place}.codec", CODECS)
    dims = [json_whole(item, f"{place}.shape[{axis}]") for axis, item
            in enumerate(of_kind(list, given["shape"], f"{place}.shape"))]
    for key, found, wanted in (
            ("name", json_text(given["name"], f"{place}.name"), name),
            ("role", json_text(given["role"], f"{place}.role", ROLES), role),
            ("shape", dims, list(shape))):
        check(found == wanted, "F69", f"{place}.{key}", None,
              shown(str(found)), wanted)

    items = of_kind(list, given["data"], f"{place}.data")
    count = math.prod(shape)
    check(len(items) == count, "F68", f"{place}.data", None,
          f"{len(items)} elements", count)
    data = bytearray()
    for index, item in enumerate(items):
        is_text = type(item) is str
        if not is_text and type(item) is not Number:
            of_kind(Number, item, f"{place}.data[{index}]")
        element = (from_json_string if is_text else from_decimal)(dtype, item)
        if element is None:
            raise FormatError(
                "F67" if is_text else "F66", f"{place}.data[{index}]", None,
                shown(item), f"an element of {dtype}")
        data += element
    return Tensor(name, role, dtype, shape, codec, bytes(data))


# Section 14, how text is generated, is sample.py; 15 to 18 say what is above.


# Arguments: what callers give, as plain values or an ArgumentError

# The order of these is nobody's, or not that of a vector.
UNORDERED = (str, bytes, bytearray, Mapping, Set)


def described(value) -> str:
    """An argument in a few words, made harmless."""
    try:
        text = ascii(value) if not isinstance(value, str) else repr(value)
        text = " ".join(text.split())
    except Exception:  # a __repr__ of somebody else's
        text = ""
    name = type(value).__name__
    if value is None or isinstance(value, (bool, int, float, str)):
        return text if len(text) <= 60 else text[:59] + "…"
    return f"{text} of type {name}" if 0 < len(text) <= 40 else f"a {name}"


def plain_bytes(argument: str, value) -> bytes:
    if not isinstance(value, (bytes, bytearray, memoryview)):
        raise ArgumentError(argument, described(value), "bytes")
    return bytes(value)


def plain_path(value) -> str:
    """A path, but no number, which open() takes for a descriptor."""
    if not isinstance(value, (str, bytes, os.PathLike)):
        raise ArgumentError("path", described(value), "a str or os.PathLike")
    path = os.fsdecode(value)
    try:
        name = os.fsencode(path)
    except UnicodeEncodeError:  # half of a surrogate pair
        name = b""
    if not name or b"\0" in name:
        raise ArgumentError("path", described(path), "the name of a file")
    return path


def plain_flag(argument: str, value) -> bool:
    if not (isinstance(value, bool) or kind_of_array(value) == "b"):
        raise ArgumentError(argument, described(value), "True or False")
    return bool(value)


def plain_text(argument: str, value, expected: str = "a str") -> str:
    if not isinstance(value, str):
        raise ArgumentError(argument, described(value), expected)
    if re.search("[\ud800-\udfff]", value):
        raise ArgumentError(argument, described(value),
                            "a text without halves of surrogate pairs")
    return str(value)


def plain_choice(argument: str, value, choices: list) -> str:
    if not (isinstance(value, str) and value in choices):
        raise ArgumentError(argument, described(value), ", ".join(choices))
    return str(value)


def plain_whole(argument: str, value, least: int = 0,
                greatest: int = 2**64 - 1) -> int:
    """Whatever is an index, as NumPy's integers are; True is none."""
    try:
        if isinstance(value, bool) or kind_of_array(value) == "b":
            raise TypeError
        number = operator.index(value)
    except TypeError:
        raise ArgumentError(
            argument, described(value), "an integer") from None
    if not least <= number <= greatest:
        words = {2**64 - 1: "2^64 - 1"}.get(greatest, greatest)
        raise ArgumentError(
            argument, described(number), f"{least} to {words}")
    return number


def kind_of_array(value) -> str:
    """The kind of NumPy's types, as "b" for truth values; else none."""
    return getattr(getattr(value, "dtype", None), "kind", "")


def plain_number(value) -> int | float | None:
    """Python's own int or float; None for what is no number. Raises
    OverflowError for a finite one beyond f64."""
    if type(value) is float:
        return value
    if kind_of_array(value) in ("b", "m", "M"):  # truth values and times
        return None
    if hasattr(value, "tolist"):  # a scalar of NumPy's, or of what is like it
        value = value.tolist()
    if isinstance(value, (bool, str, bytes)):
        return None
    try:
        return operator.index(value)
    except TypeError:
        pass
    if not (isinstance(value, (Real, decimal.Decimal))
            or hasattr(value, "__float__")
            and not isinstance(value, Complex)):
        return None
    try:
        number = float(value)
    except (TypeError, ValueError):
        return None
    if math.isinf(number) and value != number:
        raise OverflowError("a number beyond f64")
    return number


def plain_list(value) -> list | None:
    """The items of what has them in order; None for all else."""
    if hasattr(value, "tolist"):
        value = value.tolist()
    elif hasattr(value, "__array__"):
        value = value.__array__().tolist()
    if isinstance(value, UNORDERED):
        return None
    try:
        return list(value)
    except TypeError:
        return None


def plain_value(argument: str, value):
    """The value of a property: a text, integers or real numbers."""
    if isinstance(value, str):
        return plain_text(argument, value)
    items = plain_list(value)
    items = [value] if items is None else items
    try:
        numbers = [plain_number(item) for item in items]
    except OverflowError:
        numbers = [None]
    if not numbers or None in numbers:
        found = described(value) if items else "empty"
        raise ArgumentError(argument, found, "a text, a number or numbers")
    if any(isinstance(number, float) for number in numbers):
        return plain_reals(argument, numbers)
    return [plain_whole(argument, number) for number in numbers]


def plain_reals(argument: str, numbers: list) -> list:
    try:
        return [float(number) for number in numbers]
    except OverflowError:
        raise ArgumentError(
            argument, "a number beyond f64", "real numbers") from None


def plain_values(argument: str, values) -> dict | None:
    """Properties, as a section holds them."""
    if values is None:
        return None
    if not isinstance(values, Mapping):
        raise ArgumentError(
            argument, described(values), "a dict of values by key")
    plain = {}
    for key, value in values.items():
        if len(plain_text(f"a key of {argument}", key)) > 64:
            raise ArgumentError(
                f"a key of {argument}", described(key), "1 to 64 characters")
        plain[str(key)] = plain_value(f"{argument}[{key!r}]", value)
    return plain


def plain_labels(labels) -> dict | None:
    """Labels as a user gives them: a key is the format's or has a dot."""
    forms = ASSIGNED["mETa"]
    values = plain_values("metadata", labels)
    for key, value in (values or {}).items():
        argument = f"metadata[{key!r}]"
        if not KEY.fullmatch(key):
            raise ArgumentError(f"the key {described(key)} of metadata",
                                "no key", "1 to 64 of a-z 0-9 _ - .")
        if key not in forms and "." not in key:
            keys = ", ".join(sorted(forms))
            near = difflib.get_close_matches(key, forms, 1)
            hint = f"; did you mean {near[0]}?" if near else ""
            raise ArgumentError(
                argument, "no label of the format",
                f"{keys}, or a key of your own with a dot",
                f"metadata has the key {key!r}, which is no label of the"
                f" format, expected {keys}, or a key of your own with a"
                f" dot{hint}")
        form, _ = forms.get(key, (None, 0))
        if form is float and isinstance(value, list):
            values[key] = value = plain_reals(argument, value)
        defect = value_defect(value)
        if defect:
            raise ArgumentError(
                argument, defect, "at most 1048576 bytes of "
                + ("text without control characters"
                   if isinstance(value, str) else "finite numbers"))
        for _ in assigned_defects("mETa", {key: value}):
            raise ArgumentError(f"{argument} (mETa.{key})",
                                described(labels[key]), words_of_form(key))
    return values


def words_of_form(label: str) -> str:
    """What a label must be, in words."""
    form, greatest = ASSIGNED["mETa"][label]
    if form in (int, float):
        kind = "integer" if form is int else "real number"
        return f"one {kind}" if greatest == 1 else f"1 to {greatest} {kind}s"
    if (form, greatest) == DIGEST:
        return "64 digits of 0-9 a-f"
    kind = "text" if label == "description" else "line"
    return f"a {kind} of 1 to {greatest} bytes"


def plain_tensor(argument: str, tensor) -> Tensor:
    if not isinstance(tensor, Tensor):
        raise ArgumentError(argument, described(tensor), "a Tensor")
    name = plain_text(f"{argument}.name", tensor.name)
    if not 1 <= len(name.encode()) <= 48:
        raise ArgumentError(
            f"{argument}.name", described(name), "1 to 48 bytes")
    shape = plain_list(tensor.shape)
    if shape is None or not 1 <= len(shape) <= 4:
        raise ArgumentError(
            f"{argument}.shape", described(tensor.shape), "1 to 4 integers")
    return Tensor(
        name, plain_choice(f"{argument}.role", tensor.role, ROLES),
        plain_choice(f"{argument}.dtype", tensor.dtype, DTYPES),
        tuple(plain_whole(f"{argument}.shape", size) for size in shape),
        plain_choice(f"{argument}.codec", tensor.codec, CODECS),
        plain_bytes(f"{argument}.data", tensor.data))


def plain_section(argument: str, section) -> tuple[str, bytes]:
    items = plain_list(section)
    if items is None or len(items) != 2:
        raise ArgumentError(
            argument, described(section), "a pair of tag and bytes")
    tag = plain_text(f"the tag of {argument}", items[0])
    if not re.fullmatch("[A-Za-z]{4}", tag):
        raise ArgumentError(
            f"the tag of {argument}", described(tag), "four letters")
    return tag, plain_bytes(f"the bytes of {argument}", items[1])


def plain_checkpoint(checkpoint: Checkpoint) -> Checkpoint:
    """The same with Python's own types throughout; what it says is looked at
    by those who read it."""
    def items(argument, value):
        found = plain_list(value)
        if found is None:
            raise ArgumentError(argument, described(value), "a list")
        return enumerate(found)

    if not isinstance(checkpoint, Checkpoint):
        raise ArgumentError(
            "checkpoint", described(checkpoint), "a Checkpoint")
    config = checkpoint.config
    if not isinstance(config, Mapping):
        raise ArgumentError("config", described(config), "a dict")
    for key in LIMITS:
        if key not in config:
            raise ArgumentError(f"config[{key!r}]", "missing", "an integer")
    plain = {key: plain_whole(
                 f"config[{key!r}]", config[key], greatest=2**32 - 1)
             for key in LIMITS}
    return Checkpoint(
        plain, plain_text("vocab", checkpoint.vocab),
        [plain_tensor(f"tensors[{i}]", tensor)
         for i, tensor in items("tensors", checkpoint.tensors)],
        plain_values("training", checkpoint.training),
        plain_values("metadata", checkpoint.metadata),
        [plain_section(f"sections[{i}]", section)
         for i, section in items("sections", checkpoint.sections)])


# The weights as microgpt.py has them, by the names that it uses

Model = namedtuple("Model", "state_dict uchars n_layer n_embd block_size"
                   " n_head vocab_size BOS")


def load(path, numpy: bool = False) -> Model:
    """Reads weights, as lists of rows, or as NumPy arrays if so wanted.

    `path` is a name, or a file opened for reading bytes. bf16 becomes float32
    there. Weights that are not finite come as they are. Raises FormatError,
    ArgumentError and OSError.
    """
    as_matrix = to_array if plain_flag("numpy", numpy) else to_rows
    if hasattr(path, "read"):
        checkpoint = parse(plain_bytes("what path reads", path.read()))
    else:
        with open(plain_path(path), "rb") as file:
            checkpoint = parse(file.read())
    tensors = {tensor.name: tensor for tensor in checkpoint.tensors
               if tensor.role == "weight"}
    return Model({name: as_matrix(tensors[name])
                  for name in shapes(checkpoint.config)},
                 list(checkpoint.vocab), BOS=len(checkpoint.vocab),
                 **checkpoint.config)


def to_rows(tensor: Tensor) -> list:
    values, width = to_floats(tensor.dtype, tensor.data), tensor.shape[1]
    return [list(values[start:start + width])
            for start in range(0, len(values), width)]


def to_array(tensor: Tensor):
    import numpy  # here, as all else does without
    types = {"f32": "<f4", "f64": "<f8", "f16": "<f2", "bf16": "<u2"}
    array = numpy.frombuffer(tensor.data, types[tensor.dtype])
    if tensor.dtype == "bf16":
        array = (array.astype("<u4") << 16).view("<f4")
    return array.reshape(tensor.shape).copy()


def save(path, state_dict: dict, uchars: list, n_head: int,
         dtype: str = "f64", codec: str = "zlib",
         metadata: dict | None = None, replace: bool = False,
         allow_nonfinite: bool = False):
    """Writes the weights of microgpt.py as a checkpoint.

    `state_dict` has matrices by name: lists of rows of numbers, of objects
    with a number in `data` (microgpt.py's Value), or arrays. Weights that are
    NaN or infinite make no text; they are written only if so wanted. Raises
    ArgumentError, a ValueError, for what makes no model, OSError for what is
    not written.
    """
    def need(holds, argument, found, expected, sentence=None):
        if not holds:
            raise ArgumentError(argument, found, expected, sentence)

    path, replace = plain_path(path), plain_flag("replace", replace)
    allow_nonfinite = plain_flag("allow_nonfinite", allow_nonfinite)
    dtype = plain_choice("dtype", dtype, DTYPES)
    codec = plain_choice("codec", codec, CODECS)
    n_head = plain_whole("n_head", n_head, *LIMITS["n_head"])
    labels = plain_labels(metadata)
    characters = plain_characters(uchars)
    need(isinstance(state_dict, Mapping), "state_dict", described(state_dict),
         "a dict of matrices by name")
    rows = {plain_text("a key of state_dict", name): to_numbers(name, matrix)
            for name, matrix in state_dict.items()}
    for name in ("wte", "wpe", "lm_head"):
        need(rows.get(name), f"state_dict[{name!r}]", "missing or empty",
             "a matrix", f"state_dict has no {name}, expected a matrix")
    config = {"n_layer": sum(name.endswith(".attn_wq") for name in rows),
              "n_head": n_head, "n_embd": len(rows["wte"][0]),
              "block_size": len(rows["wpe"]), "vocab_size": len(rows["wte"])}
    for key, expected in config_defects(config):
        raise ArgumentError(key, config[key], expected)
    need(len(characters) + 1 == config["vocab_size"], "uchars",
         f"{len(characters)} characters", f"{config['vocab_size'] - 1}",
         f"uchars has {len(characters)} characters, so wte needs"
         f" {len(characters) + 1} rows, BOS included, and has"
         f" {len(rows['wte'])}")
    for name in sorted({*rows} ^ {*shapes(config)}):
        word = "an odd" if name in rows else "no"
        raise ArgumentError(
            "state_dict", f"with {word} {name}", "the tensors of the model",
            f"state_dict has {word} {name}, expected"
            f" {', '.join(shapes(config)) if name in rows else 'it'}")

    tensors = []
    for name, shape in shapes(config).items():
        lengths = {len(row) for row in rows[name]}
        need(len(rows[name]) == shape[0] and lengths == {shape[1]}, name,
             f"{len(rows[name])} rows of"
             f" {' or '.join(map(str, sorted(lengths))) or 'no'} numbers",
             f"the shape {shape}",
             f"{name} must have the shape {shape}, going by wte and wpe, and"
             f" has {len(rows[name])} rows of"
             f" {' or '.join(map(str, sorted(lengths)[:3])) or 'no'} numbers")
        for i, row in enumerate(rows[name]):
            for j, number in enumerate(row):
                need(allow_nonfinite or math.isfinite(number),
                     f"{name}[{i}][{j}]", number,
                     "a finite number; allow_nonfinite=True writes it")
        elements = [from_float(dtype, number)
                    for row in rows[name] for number in row]
        if None in elements:
            i, j = divmod(elements.index(None), shape[1])
            raise ArgumentError(
                f"{name}[{i}][{j}]", rows[name][i][j], f"what {dtype} holds",
                f"{name} has a number beyond {dtype}: {name}[{i}][{j}] is"
                f" {rows[name][i][j]}")
        tensors.append(
            Tensor(name, "weight", dtype, shape, codec, b"".join(elements)))
    write_file(path, serialize(Checkpoint(
        config, "".join(characters), tensors, metadata=labels)), replace)


def plain_characters(uchars) -> list:
    """The characters of a vocabulary, in its order."""
    characters = (list(uchars) if isinstance(uchars, str)
                  else plain_list(uchars))
    if characters is None:
        raise ArgumentError(
            "uchars", described(uchars), "a list of characters in order")
    for index, character in enumerate(characters):
        argument = f"uchars[{index}]"
        character = plain_text(argument, character, "one character")
        if len(character) != 1:
            raise ArgumentError(
                argument, described(character), "one character",
                f"uchars has an item that is not one character: {argument} is"
                f" {described(character)}")
        characters[index] = character
    for index in disorder(characters):
        raise ArgumentError(
            f"uchars[{index}]", described(characters[index]),
            "characters in order",
            f"uchars has {characters[index]!r} after"
            f" {characters[index - 1]!r}, but must be sorted, each character"
            " once: it says what the rows of wte and lm_head mean")
    return characters


def to_numbers(name: str, matrix) -> list[list[float]]:
    def number(item, row, column):
        found = plain_number(item)
        if found is None and not hasattr(item, "tolist"):  # a Value?
            found = plain_number(getattr(item, "data", None))
        if found is None:
            raise ArgumentError(
                f"{name}[{row}][{column}]", described(item), "a number",
                f"{name} holds {described(item)}, which is no number, at"
                f" [{row}][{column}]")
        return float(found)

    def items(value, place):
        found = plain_list(value)
        if found is None or kind_of_array(value) in ("m", "M"):
            raise ArgumentError(
                name, described(value), "a matrix of numbers",
                f"{name} is no matrix of numbers: {place} is"
                f" {described(value)}, expected a list or an array")
        return found

    try:
        return [[number(item, i, j) for j, item
                 in enumerate(items(row, f"{name}[{i}]"))]
                for i, row in enumerate(items(matrix, name))]
    except OverflowError as error:
        raise ArgumentError(
            name, str(error), "a matrix of numbers",
            f"{name} is no matrix of numbers: {error}") from None


# The command line

USAGE = """\
usage: mgpt.py verify FILE…               check everything in the files
       mgpt.py show FILE                  say what a file holds
       mgpt.py fingerprint FILE…          print what identifies a model
       mgpt.py to-json FILE [OUT]         write or print the JSON twin
       mgpt.py from-json FILE OUT         write a checkpoint from its twin
       mgpt.py recode raw|zlib FILE OUT   write all tensors raw or compressed
       mgpt.py --help                     print this
       mgpt.py --version                  print the version
"""


class Failure(Exception):
    """A sentence for the user, and an exit code."""


def shown_path(path: str) -> str:
    """A name that stays on its line; a byte that is no UTF-8 as \\xFF."""
    return "".join(
        f"\\x{ord(c) - 0xDC00:02X}" if "\udc80" <= c <= "\udcff"
        else ascii(c)[1:-1] if is_control(c) else c for c in path)


def failure(path: str, error: OSError, code: int) -> Failure:
    """A failure of the file that is at fault, be it another one than asked
    for."""
    words = error.strerror or str(error)
    if isinstance(error.filename, str) and error.filename == (
            os.path.realpath(path) + ".partial"):
        return Failure(f"{shown_path(path)}.partial: {words}"
                       + (f" {shown_path(path)}" if "way" in words else ""),
                       code)
    return Failure(f"{shown_path(path)}: {words}", code)


def read_with(reader, path: str):
    try:
        if os.path.isdir(path):
            raise OSError(errno.EISDIR, "it is a folder")
        if os.path.exists(path) and not os.path.isfile(path):
            raise OSError(errno.EINVAL, "it is no regular file")
        with open(path, "rb") as file:
            return reader(file.read())
    except OSError as error:
        raise failure(path, error, 66) from None
    except FormatError as error:
        raise Failure(f"{shown_path(path)}: {error}", 65) from None


def write_out(path: str, file: bytes):
    try:
        if not is_stream(path):
            return write_file(path, file)
        descriptor = descriptor_of(path)
        with open(path if descriptor is None else os.dup(descriptor),
                  "wb", buffering=0) as stream:
            left = memoryview(file)
            while left:
                left = left[stream.write(left):]
    except OSError as error:
        raise failure(path, error, 74 if is_stream(path) else 73) from None


def show(file: bytes) -> str:
    head = read_head(file)
    lines = [f"MicroGPT checkpoint, version 1.{head.minor}, {len(file)} bytes",
             *(f"{key:<11} {value}" for key, value in head.config.items()),
             f"vocabulary  {shown(head.vocab)}",
             *(f"section     {section.tag} of {section.end - section.offset}"
               f" bytes at {section.offset}" for section in head.sections)]
    for record in head.records:
        lines.append(
            f"{record.role:<11} {record.name:<16} {record.dtype:<4}"
            f" {list(record.shape)}, {record.codec},"
            f" {record.end - record.offset} of {record.decoded_length} bytes")
    for values in (head.metadata, head.training):
        for key, value in (values or {}).items():
            lines.append(f"{key} {shown(str(value))}")
    return "\n".join(lines)


# The arguments of each command, and how many there may be.
COMMANDS = {"verify": ("FILE…", range(1, 10**6)),
            "fingerprint": ("FILE…", range(1, 10**6)),
            "show": ("FILE", [1]), "to-json": ("FILE [OUT]", [1, 2]),
            "from-json": ("FILE OUT", [2]),
            "recode": ("raw|zlib FILE OUT", [3])}


def check_usage(command: str | None = None, *arguments: str):
    if command not in COMMANDS:
        found = "no command" if command is None else shown_path(command)
        raise Failure(f"{found} is given, expected one of"
                      f" {', '.join(COMMANDS)}, --help or --version", 64)
    words, counts = COMMANDS[command]
    if len(arguments) not in counts:
        raise Failure(f"{command} has {len(arguments)} arguments, expected"
                      f" {command} {words}", 64)
    if command == "recode" and arguments[0] not in CODECS:
        raise Failure(f"recode has the codec {shown_path(arguments[0])},"
                      f" expected raw or zlib", 64)
    if "" in arguments:
        raise Failure(f"{command} has an empty argument, expected {command}"
                      f" {words}", 64)


def run(command: str, *arguments: str) -> int:
    code = 0
    if command == "--help":
        print(USAGE, end="")
    elif command == "--version":
        print(f"mgpt.py {__version__} (checkpoint format 1.0)")
    elif command == "verify":
        for path in arguments:
            try:
                head = read_with(verify, path)
                print(f"{shown_path(path)}: ok, {len(head.records)} tensors")
            except Failure as failure:
                code = max(code, complain(failure))
    elif command == "fingerprint":
        for path in arguments:
            print(f"{fingerprint(read_with(parse, path))}  {shown_path(path)}")
    elif command == "show":
        print(read_with(show, *arguments))
    elif command == "to-json":
        text = to_json(read_with(parse, arguments[0]))
        if arguments[1:]:
            write_out(arguments[1], text.encode())
        else:
            print(text, end="")
    elif command == "from-json":
        write_out(arguments[1],
                  serialize(read_with(from_json, arguments[0])))
    else:
        checkpoint = read_with(parse, arguments[1])
        for tensor in checkpoint.tensors:
            tensor.codec = arguments[0]
        write_out(arguments[2], serialize(checkpoint))
    sys.stdout.flush()
    return code


def complain(failure: Failure) -> int:
    sentence, code = failure.args
    if sys.stderr is not None:  # else print would take standard output
        print(f"mgpt.py: error: {sentence}", file=sys.stderr)
    return code


def main(arguments: list[str]) -> int:
    try:
        if arguments not in (["--help"], ["-h"], ["--version"]):
            check_usage(*arguments)
        if sys.stdout is None:
            raise Failure("standard output: it is closed", 74)
        sys.stdout.reconfigure(encoding="utf-8", errors="surrogateescape")
        return run(*("--help" if a == "-h" else a for a in arguments))
    except Failure as failure:
        return complain(failure)
    except OSError as error:
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)  # for what is not flushed
        if isinstance(error, BrokenPipeError):  # | head has enough
            return 74
        return complain(Failure(f"standard output: {error.strerror}", 74))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
