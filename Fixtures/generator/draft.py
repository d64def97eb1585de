"""A checkpoint file in parts, any of which may be made wrong.

A `Draft` is made from a valid file. Its parts can be changed, and `file()`
lays them out again as section 2 of the specification says, lengths, offsets
and checksums made good. So a defect of a part, or a part too many, costs
nothing but the change itself. What the layout would never give, a wrong offset for
instance, is poked into the bytes afterwards, and `reseal` makes the checksums
good once more.

Nothing is checked here, and no element is coded: that is for Spec/mgpt.py.
"""

import re
import struct
import zlib

FORMATS = {1: "<B", 2: "<H", 4: "<I", 8: "<Q"}

# Name: (offset, size), by the tables of the specification.
HEADER = {
    "magic": (0, 8), "major": (8, 2), "minor": (10, 2),
    "required_features": (12, 4), "file_length": (16, 8),
    "directory_offset": (24, 8), "section_count": (32, 4),
    "directory_crc32": (36, 4), "reserved": (40, 20), "header_crc32": (60, 4),
}
ENTRY = {
    "tag": (0, 4), "flags": (4, 4), "offset": (8, 8), "length": (16, 8),
    "crc32": (24, 4), "reserved": (28, 4),
}
CONF = {
    name: (4 * index, 4) for index, name in enumerate([
        "architecture", "activation", "tying", "n_layer", "n_head", "n_embd",
        "block_size", "vocab_size"])
}
RECORD = {
    "name": (0, 48), "role": (48, 1), "dtype": (49, 1), "codec": (50, 1),
    "rank": (51, 1), "crc32": (52, 4), "dims": (56, 32), "dims[0]": (56, 8),
    "dims[1]": (64, 8), "dims[2]": (72, 8), "dims[3]": (80, 8),
    "offset": (88, 8), "stored_length": (96, 8), "decoded_length": (104, 8),
}

WIDTHS = [4, 8, 2, 2]  # of an element, by dtype
CHUNK = 262_144


def align(offset):
    return (offset + 63) // 64 * 64


def read(data, offset, size):
    return struct.unpack_from(FORMATS[size], data, offset)[0]


def u16(*values):
    return struct.pack(f"<{len(values)}H", *values)


def u32(*values):
    return struct.pack(f"<{len(values)}I", *values)


def u64(*values):
    return struct.pack(f"<{len(values)}Q", *values)


def f64(*values):
    return struct.pack(f"<{len(values)}d", *values)


class Draft:
    """A file in parts: `sections`, `records`, `stored`."""

    def __init__(self, file):
        places = Places(file)
        self.minor = read(file, 10, 2)
        # [tag, bytes] in order; those of TDIR and DATA are made by `file()`,
        # unless they are set to something else than None.
        self.sections = [
            [tag, None if tag in (b"TDIR", b"DATA") else bytearray(
                file[start:start + length])]
            for tag, start, length in places.sections]
        # A record's 112 bytes; `file()` fills in the place.
        self.records = []
        self.stored = []
        for index in range(places.tensor_count):
            start, _ = places.find(f"TDIR[{index}].name")
            record = bytearray(file[start:start + 112])
            offset, length = read(record, 88, 8), read(record, 96, 8)
            self.records.append(record)
            self.stored.append(bytes(file[offset:offset + length]))
        self.gaps = {}  # bytes of zeros before the section or tensor, by name

    # Parts

    def section(self, tag):
        return next(item for item in self.sections if item[0] == tag)

    def set_record(self, index, **fields):
        for name, value in fields.items():
            offset, size = RECORD[name]
            if isinstance(value, int):
                value = struct.pack(FORMATS[size], value)
            self.records[index][offset:offset + len(value)] = value

    def set_name(self, index, name):
        self.set_record(index, name=name.ljust(48, b"\0"))

    def drop(self, *indices):
        for index in sorted(indices, reverse=True):
            del self.records[index], self.stored[index]

    def freeze(self, tag):
        """The section as it is laid out now, to be changed where it stays."""
        start, length = Places(self.file()).find(tag.decode())
        content = bytearray(self.file()[start:start + length])
        self.section(tag)[1] = content
        return content

    # The file

    def file(self):
        """The bytes, laid out and sealed."""
        head = 64 + 32 * len(self.sections)
        contents = []
        end = head
        for tag, given in self.sections:
            start = align(end) + self.gaps.get(tag, 0)
            if given is not None:
                content = bytes(given)
            elif tag == b"TDIR":
                content = bytes(112 * len(self.records))
            else:
                content = self._data(start)
            contents.append((tag, start, content))
            end = start + len(content)
        file = bytearray(end)
        for index, (tag, start, content) in enumerate(contents):
            # Filled in by now: DATA knows the places.
            if tag == b"TDIR" and self.section(tag)[1] is None:
                content = b"".join(map(bytes, self.records))
            file[start:start + len(content)] = content
            file[64 + 32 * index:96 + 32 * index] = struct.pack(
                "<4sIQQII", tag, 0, start, len(content), 0, 0)
        file[:64] = struct.pack(
            "<8sHHIQQII20sI", b"\x89MGP\r\n\x1a\n", 1, self.minor, 0, end, 64,
            len(self.sections), 0, b"", 0)
        reseal(file)
        return file

    def _data(self, start):
        content = bytearray()
        for index, (record, stored) in enumerate(
                zip(self.records, self.stored)):
            content += bytes(align(len(content)) - len(content))
            content += bytes(self.gaps.get(index, 0))
            struct.pack_into(
                "<QQ", record, 88, start + len(content), len(stored))
            content += stored
        return bytes(content)


def reseal(file):
    """Makes the checksums of sections, directory and header good again."""
    count = min(read(file, 32, 4), (len(file) - 64) // 32)
    for entry in range(64, 64 + 32 * count, 32):
        start, length = read(file, entry + 8, 8), read(file, entry + 16, 8)
        if file[entry:entry + 4] != b"DATA" and start + length <= len(file):
            file[entry + 24:entry + 28] = u32(
                zlib.crc32(file[start:start + length]))
    seal_directory(file)


def seal_directory(file):
    count = min(read(file, 32, 4), (len(file) - 64) // 32)
    file[36:40] = u32(zlib.crc32(file[64:64 + 32 * count]))
    seal_header(file)


def seal_header(file):
    file[60:64] = u32(zlib.crc32(file[:60]))


class Places:
    """Where the fields of a file stand that is sound in its layout."""

    def __init__(self, file):
        self.file = file
        self.sections = []
        for entry in range(64, 64 + 32 * read(file, 32, 4), 32):
            self.sections.append((
                bytes(file[entry:entry + 4]), read(file, entry + 8, 8),
                read(file, entry + 16, 8)))
        self.tensor_count = self._section("TDIR")[1] // 112

    def _section(self, tag):
        return next(
            ((start, length) for name, start, length in self.sections
             if name == tag.encode()), (0, 0))

    def find(self, field):
        """The offset and the size of a field, by its name in errors."""
        place, _, name = field.partition(".")
        match = re.fullmatch(r"(\w+)\[(\d+)\]", place)
        record, index = (match[1], int(match[2])) if match else (place, 0)
        if record == "header":
            return HEADER[name]
        if record == "directory":
            offset, size = ENTRY[name] if name else (0, 32)
            return 64 + 32 * index + offset, size
        if record == "DATA" and match:
            return self._chunk(index, name)
        start, length = self._section(record)
        if not name:
            return start, length
        if record == "TDIR":
            offset, size = RECORD[name]
            return start + 112 * index + offset, size
        if record == "CONF":
            return start + CONF[name][0], 4
        if record == "VOCB":
            return start, length
        return self._property(start, start + length, name)

    def _property(self, start, end, name):
        """The value of a key."""
        while start < end:
            key_length, length = read(self.file, start, 2), read(
                self.file, start + 4, 4)
            key_end = start + 8 + key_length
            if self.file[start + 8:key_end] == name.encode():
                return key_end, length
            start = key_end + length
        raise KeyError(name)

    def _chunk(self, index, name):
        record, _ = self.find(f"TDIR[{index}].name")
        start = read(self.file, record + 88, 8)
        if not name:
            return start, read(self.file, record + 96, 8)
        width = WIDTHS[self.file[record + 49]]
        count = -(-read(self.file, record + 104, 8) // CHUNK)
        chunk, part, tail = re.fullmatch(
            r"chunk\[(\d+)\]\.(\w+)(.*)", name).groups()
        size = 8 + 4 * width
        entry = start + int(chunk) * size
        if part != "parts":
            return entry + {"crc32": 0, "rotation": 4, "reserved": 5}[part], 1
        lengths = []
        for other in range(count):
            table = start + other * size + 8
            lengths.append([
                read(self.file, table + 4 * k, 4) & 0xff_ffff
                for k in range(width)])
        parts = start + count * size + sum(map(sum, lengths[:int(chunk)]))
        if not tail:
            return parts, sum(lengths[int(chunk)])
        k, kind = re.fullmatch(r"\[(\d+)\](\.kind)?", tail).groups()
        if kind:
            return entry + 8 + 4 * int(k) + 3, 1
        before = lengths[int(chunk)][:int(k)]
        return parts + sum(before), lengths[int(chunk)][int(k)]
