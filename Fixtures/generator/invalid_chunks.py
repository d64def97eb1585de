"""Broken rules F50 to F57: compressed tensors.

The chunk is the worked one of the specification: 64 elements, planes 0 and 1
deflated, plane 2 stored, plane 3 in nibble form with one exception. Where a
careless decoder might still find the right elements, the file has them, so
nothing but the rule broken speaks against it.
"""

import zlib

import mgpt
from draft import u32
from invalid_layout import CHECKSUM, CODE, NONZERO, TRAILING, TRUNCATED
from streams import (
    DEFLATED, NIBBLES, STORED, elements, matched, nibble_form, pack, planes,
    stream, unpack)

STREAM = "malformedStream"
WPE = 7  # its index in TDIR, with one layer


def add(cases):
    tables(cases)
    checksums(cases)
    planes_(cases)
    streams(cases)
    nibbles(cases)


def chunks(draft):
    record = draft.records[WPE]
    width = mgpt.WIDTHS[mgpt.DTYPES[record[49]]]
    length = int.from_bytes(record[104:112], "little")
    return unpack(draft.stored[WPE], length, width)


def changed(change, index=0):
    """A change of a chunk of `wpe`; its checksum is made good."""
    def apply(draft):
        all_chunks = chunks(draft)
        change(all_chunks[index])
        draft.stored[WPE] = pack(all_chunks)
    return apply


def tables(cases):
    add = cases.binary
    place = f"DATA[{WPE}].chunk[0]"
    for rotation in (2, 255):
        add(f"rotation-{rotation}", "F50", CODE, f"{place}.rotation",
            f"rotation {rotation}",
            change=changed(lambda c, r=rotation: c.update(rotation=r)))
    add("rotation-in-second-chunk", "F50", CODE,
        f"DATA[{WPE}].chunk[1].rotation", "rotation 2 in a second chunk",
        base="coded-chunks", change=changed(
            lambda c: c.update(rotation=2), index=1))
    for index in range(3):
        reserved = bytes(index) + b"\1" + bytes(2 - index)
        add(f"chunk-reserved-{index}", "F51", NONZERO, f"{place}.reserved",
            f"byte {index} of the reserved ones is not zero", skip=index,
            change=changed(lambda c, r=reserved: c.update(reserved=r)))

    def kind(value):
        def change(chunk):
            chunk["parts"][3] = (value, chunk["parts"][3][1])
        return change
    for value in (3, 255):
        add(f"kind-{value}", "F52", CODE, f"{place}.parts[3].kind",
            f"a part of kind {value}", change=changed(kind(value)))

    def low_nibbles(chunk):
        plane = zlib.decompress(chunk["parts"][0][1])
        chunk["parts"][0] = (NIBBLES, stream(mgpt.to_nibbles(plane)))
    add("kind-2-of-first-part", "F52", CODE, f"{place}.parts[0].kind",
        "nibbles for a plane that is not the last",
        change=changed(low_nibbles))
    for index, length, shows in [
            (3, 37, "the last part is said to be a byte longer than it is"),
            (0, 0xff_ffff, "a part is said to have 16,777,215 bytes")]:
        add(f"parts-of-{length}-bytes", "F53", TRUNCATED, f"{place}.parts",
            shows, change=changed(lambda c, i=index, n=length: c.update(
                lengths={i: n})))


def checksums(cases):
    add = cases.binary
    place = f"DATA[{WPE}]"

    def flipped(offset):
        def change(draft):
            stored = bytearray(draft.stored[WPE])
            stored[offset] ^= 1
            draft.stored[WPE] = bytes(stored)
        return change
    for name, offset, shows in [
            ("itself", 0, "the checksum itself was changed"),
            ("of-rotation", 4, "rotation was changed without the checksum"),
            ("of-stored-part", 90, "a bit of a stored part was flipped"),
            ("of-stream", 170, "a bit of a stream was flipped")]:
        add(f"chunk-crc32-{name}", "F54", CHECKSUM, f"{place}.chunk[0].crc32",
            shows, change=flipped(offset))
    add("chunk-crc32-in-second-chunk", "F54", CHECKSUM,
        f"{place}.chunk[1].crc32", "a bit of a second chunk was flipped",
        base="coded-chunks", change=flipped(-1))
    add("parts-followed", "F56", TRAILING, place,
        "three bytes behind the last part", change=lambda draft: (
            draft.stored.__setitem__(WPE, draft.stored[WPE] + bytes(3))))
    for name, base, index in [
            ("raw", "example", 4), ("zlib", "example", WPE),
            ("chunks", "coded-chunks", WPE),
            ("moment", "training-state", 26)]:
        add(f"tensor-crc32-{name}", "F57", CHECKSUM, f"TDIR[{index}].crc32",
            "the checksum of decoded bytes is another one", base=base,
            change=lambda draft, i=index: draft.set_record(i, crc32=0))
    add("tensor-crc32-of-element", "F57", CHECKSUM, "TDIR[8].crc32",
        "a bit of a raw element was flipped",
        change=lambda draft: draft.stored.__setitem__(
            8, b"\1" + draft.stored[8][1:]))
    add("tensor-crc32-of-rotation", "F57", CHECKSUM, f"TDIR[{WPE}].crc32",
        "rotation was changed together with the checksum of the chunk",
        change=changed(lambda chunk: chunk.update(rotation=0)))


def part(cases, name, index, kind, make, shows, **more):
    """Adds a file with another part; `make` gives it from the plane or, for
    kind 2, from the nibble form."""
    def change(chunk):
        old, content = chunk["parts"][index]
        plain = content if old == STORED else zlib.decompress(content)
        chunk["parts"][index] = (kind, make(plain))
    cases.binary(
        name, "F55", STREAM, f"DATA[{WPE}].chunk[0].parts[{index}]", shows,
        change=changed(change), **more)


def planes_(cases):
    part(cases, "stored-plane-shorter", 2, STORED, lambda plane: plane[:-1],
         "a stored plane lacks its last byte")
    part(cases, "stored-plane-longer", 2, STORED, lambda plane: plane + b"\0",
         "a stored plane has a byte too many")
    part(cases, "stored-plane-empty", 1, STORED, lambda plane: b"",
         "a stored plane of no bytes")


def streams(cases):
    def add(name, make, shows, **more):
        part(cases, f"stream-{name}", 1, DEFLATED, make, shows, **more)
    # Plane 1 ends in zeros: room that was zero before would pass for it.
    add("empty", lambda plane: b"", "a stream of no bytes")
    add("ends-early", lambda plane: stream(plane[:-1]),
        "a whole stream of a byte less than the plane")
    add("goes-on", lambda plane: stream(plane + b"\0"),
        "a whole stream of a byte more than the plane")
    add("goes-on-for-long", lambda plane: matched(plane + bytes(1_000_000)),
        "a megabyte of zeros behind the plane")
    add("followed", lambda plane: stream(plane) + b"\0",
        "a byte behind the stream, but in its part")
    add("twice", lambda plane: stream(plane) + stream(b""),
        "a second, empty stream in the part")
    add("cut-short", lambda plane: stream(plane)[:-1],
        "the last byte of the Adler-32 is missing")
    add("without-adler32", lambda plane: stream(plane)[:-4],
        "there is no Adler-32")
    add("adler32", lambda plane: stream(plane)[:-1] + bytes(
        [stream(plane)[-1] ^ 1]), "the Adler-32 is of other bytes")
    add("gzip", lambda plane: b"\x1f\x8b\x08\0\0\0\0\0\0\xff" + stream(
        plane)[2:-4] + u32(zlib.crc32(plane), len(plane)), "a gzip stream")
    add("raw-deflate", lambda plane: stream(plane)[2:-4],
        "deflate without the header and the Adler-32 of zlib")
    add("dictionary", lambda plane: stream(
        plane, header=b"\x78\x20" + zlib.adler32(b"").to_bytes(4, "big")),
        "a stream with a preset dictionary, of no bytes")
    add("header-check", lambda plane: stream(plane, header=b"\x78\x02"),
        "the check bits of the header are wrong")
    add("method", lambda plane: stream(plane, header=b"\x77\x09"),
        "compression method 7")
    add("window", lambda plane: stream(plane, header=b"\x88\x1c"),
        "a window of 65,536 bytes")
    add("block-type", lambda plane: b"\x78\x01\x07" + stream(plane)[-4:],
        "a block of type 3")
    add("stored-length", lambda plane: b"\x78\x01\x01" + bytes(
        [len(plane), 0, 0, 0]) + plane + stream(plane)[-4:],
        "a stored block whose length and its complement do not match")
    # A fixed-code match that reaches back before the first byte.
    add("distance", lambda plane: b"\x78\x01\x03\x02\x00" + stream(plane)[-4:],
        "a match that reaches back behind the start")


def nibbles(cases):
    worked(cases)
    odd(cases)


def add_form(cases, name, shows, base, index, make):
    """Adds a file with another nibble form of the last plane of a tensor of
    f32; `make` gives the plane and the form, from the plane."""
    tensor = mgpt.parse(cases.valid[base]).tensors[index]

    def change(draft):
        length = len(tensor.data)
        chunk, = unpack(draft.stored[index], length, 4)
        parts = planes(tensor.data, 4, chunk["rotation"])
        parts[3], form = make(parts[3])
        # Of the elements nothing is wrong: only of their form.
        draft.set_record(
            index, crc32=zlib.crc32(elements(parts, chunk["rotation"])))
        chunk["parts"][3] = (NIBBLES, stream(form))
        draft.stored[index] = pack([chunk])
    cases.binary(
        f"nibbles-{name}", "F55", STREAM, f"DATA[{index}].chunk[0].parts[3]",
        shows, base=base, change=change)


def worked(cases):
    """Forms of the worked chunk: base 113, one exception, 0 at index 40."""
    base = 113

    def add(name, shows, make):
        add_form(cases, name, shows, "example", WPE, make)

    def nibbles_of(plane, escape=15):
        return [byte - base if byte else escape for byte in plane]

    def right(plane):
        return nibble_form(base, [(40, 0)], nibbles_of(plane))

    def with_byte(plane, index, byte):
        return plane[:index] + bytes([byte]) + plane[index + 1:]

    add("nothing", "a stream of no bytes", lambda plane: (plane, b""))
    add("cut-in-head", "the form ends within its head",
        lambda plane: (plane, right(plane)[:4]))
    add("cut-short", "the last byte of the form is missing",
        lambda plane: (plane, right(plane)[:-1]))
    add("followed", "a byte behind the form",
        lambda plane: (plane, right(plane) + b"\0"))
    add("count-0", "no exception is counted, but one is there",
        lambda plane: (plane, right(plane)[:1] + u32(0) + right(plane)[5:]))
    add("count-greatest", "2^32 - 1 exceptions are counted", lambda plane: (
        plane, right(plane)[:1] + u32(2**32 - 1) + right(plane)[5:]))
    add("base-242", "base 242",
        lambda plane: (bytes([250]) * 64, nibble_form(242, [], [8] * 64)))
    add("base-255", "base 255, to which nothing can be added",
        lambda plane: (b"\xff" * 64, nibble_form(255, [], [0] * 64)))

    def without_exceptions(plane):
        plane = with_byte(plane, 40, base)
        return plane, nibble_form(base, [], nibbles_of(plane)) + bytes(5)
    add("followed-by-room",
        "five bytes behind a form without exceptions, for which there is room",
        without_exceptions)

    def two(plane):
        plane = with_byte(plane, 10, 1)
        return plane, nibble_form(base, [(10, 1), (40, 0)], [
            byte - base if byte >= base else 15 for byte in plane])
    add("count-2", "two exceptions in 64 bytes, where one may be", two)

    def escape(plane):
        plane = with_byte(plane, 40, base + 15)
        return plane, nibble_form(base, [], [byte - base for byte in plane])
    add("exception-missing", "a nibble of 15 without an exception", escape)
    add("exception-without-escape",
        "an exception where the nibble is not 15", lambda plane: (
            plane, nibble_form(base, [(40, 0)], nibbles_of(plane, escape=3))))

    def elsewhere(plane):
        plane = with_byte(with_byte(plane, 40, base + 15), 41, 0)
        return plane, nibble_form(base, [(41, 0)], nibbles_of(plane, escape=3))
    add("exception-elsewhere",
        "a nibble of 15 at one place, the exception at another", elsewhere)

    def needless(value):
        def make(plane):
            plane = with_byte(plane, 40, value)
            return plane, nibble_form(base, [(40, value)], nibbles_of(
                with_byte(plane, 40, 0)))
        return make
    for value in (base, base + 14):
        add(f"exception-needless-{value}",
            f"an exception of value {value}, which a nibble could have told",
            needless(value))

    def outside(index):
        def make(plane):
            plane = with_byte(plane, 40, base)
            return plane, nibble_form(base, [(index, 0)], nibbles_of(plane))
        return make
    for index, shows in [(64, "64"), (2**32 - 1, "2^32 - 1")]:
        add(f"exception-index-{index}",
            f"an exception with the index {shows} of 64 bytes", outside(index))


def odd(cases):
    """Forms of 151 bytes with two exceptions, at indices 5 and 149."""
    index = 8

    def exceptions(plane):
        form = mgpt.to_nibbles(plane)
        first, second = form[5:10], form[10:15]
        assert form[1:5] == u32(2)
        return form, first, second

    def add(name, shows, make):
        add_form(cases, name, shows, "zlib-f32", index, make)

    def swapped(plane):
        form, first, second = exceptions(plane)
        return plane, form[:5] + second + first + form[15:]
    add("exceptions-swapped", "exceptions out of order", swapped)

    def twice(plane):
        form, first, _ = exceptions(plane)
        # The nibble of the second one tells another value.
        form = bytearray(form[:5] + first + first + form[15:])
        form[15 + 149 // 2] &= 0x0f
        return plane[:149] + form[:1] + plane[150:], bytes(form)
    add("exceptions-twice", "an index comes twice", twice)

    def spare(plane):
        form, _, _ = exceptions(plane)
        return plane, form[:-1] + bytes([form[-1] | 0x10])
    add("spare-bits", "the four bits behind the last nibble are not 0", spare)
