"""Broken rules F1 to F23: header, directory, places, padding."""

from draft import Places, align, read, u16, u32, u64

NOT_A_CHECKPOINT = "notACheckpoint"
TRUNCATED = "truncated"
VERSION = "unsupportedVersion"
CHECKSUM = "checksumMismatch"
LAYOUT = "wrongLayout"
RANGE = "outOfRange"
NONZERO = "nonzeroPadding"
CODE = "unknownCode"
ORDER = "wrongOrder"
MISSING = "missing"
TRAILING = "trailingBytes"


def add(cases):
    header(cases)
    directory(cases)
    places(cases)
    checksums(cases)


def header(cases):
    add = cases.binary
    add("magic-seven-bits", "F1", NOT_A_CHECKPOINT, "header.magic",
        "the high bit of the first byte was dropped",
        poke={"header.magic": b"\x09"})
    add("magic-other-format", "F1", NOT_A_CHECKPOINT, "header.magic",
        "the first eight bytes are those of PNG",
        poke={"header.magic": b"\x89PNG\r\n\x1a\n"})

    translated = cases.valid["example"].replace(b"\r\n", b"\n", 1)
    cases.add("magic-line-end-translated.mgpt", translated, {
        "rule": "F1", "field": "header.magic", "offset": 0,
        "reason": NOT_A_CHECKPOINT,
        "shows": "a copy in text mode made one byte of two"})
    for name, length, shows in [
            ("magic-empty-file", 0, "there is no byte"),
            ("magic-cut-short", 7, "the file ends within the magic")]:
        add(name, "F1", TRUNCATED, "header.magic", shows, cut=length)
    for length in (8, 63):
        add(f"header-of-{length}-bytes", "F2", TRUNCATED, "header",
            f"the file has {length} bytes", cut=length, offset=0)
    for major in (0, 2):
        add(f"major-{major}", "F3", VERSION, "header.major",
            f"major version {major}", poke={"header.major": u16(major)})
    add("major-2-other-checksum", "F3", VERSION, "header.major",
        "major version 2 is refused by its number, whatever its checksum",
        poke={"header.major": u16(2)}, seal=None)
    add("header-crc32", "F4", CHECKSUM, "header.header_crc32",
        "the checksum itself was changed",
        poke={"header.header_crc32": u32(0)}, seal=None)
    add("header-crc32-of-minor", "F4", CHECKSUM, "header.header_crc32",
        "minor was changed without the checksum",
        poke={"header.minor": u16(1)}, seal=None)
    for bit in (0, 31):
        add(f"required-feature-{bit}", "F5", VERSION,
            "header.required_features", f"feature bit {bit} is set",
            poke={"header.required_features": u32(1 << bit)})
    add("directory-offset-zero", "F6", LAYOUT, "header.directory_offset",
        "the directory is said to begin at 0",
        poke={"header.directory_offset": u64(0)})
    add("directory-offset-high", "F6", LAYOUT, "header.directory_offset",
        "2^32 + 64, which is 64 to who reads 32 bits",
        poke={"header.directory_offset": u64((1 << 32) + 64)})
    for name, count in [("zero", 0), ("greatest", 2**32 - 1)]:
        add(f"section-count-{name}", "F7", RANGE, "header.section_count",
            f"{count} sections", poke={"header.section_count": u32(count)},
            seal="header")
    add("section-count-65", "F7", RANGE, "header.section_count",
        "65 sections, all of which are there", base="sections-64",
        change=lambda draft: draft.sections.append([b"zzzz", b"1"]))
    for index in (0, 19):
        add(f"header-reserved-{index}", "F8", NONZERO, "header.reserved",
            f"byte {index} of the reserved ones is not zero", skip=index,
            poke={40 + index: b"\x01"})
    add("file-longer", "F9", TRAILING, "header.file_length",
        "a byte follows what the header states", append=b"\0")
    add("file-shorter", "F9", TRUNCATED, "header.file_length",
        "the last byte is missing", cut=-1)
    length = len(cases.valid["example"])
    add("file-length-less", "F9", TRAILING, "header.file_length",
        "the header states a byte less than there is",
        poke={"header.file_length": u64(length - 1)})
    add("file-length-more", "F9", TRUNCATED, "header.file_length",
        "the header states a byte more than there is",
        poke={"header.file_length": u64(length + 1)})
    add("file-length-greatest", "F9", TRUNCATED, "header.file_length",
        "the header states 2^64 - 1 bytes",
        poke={"header.file_length": u64(2**64 - 1)})


def directory(cases):
    add = cases.binary
    add("directory-cut-short", "F10", TRUNCATED, "directory",
        "the file ends within the directory, as the header states",
        poke={"header.file_length": u64(223)}, cut=223, offset=64)
    add("directory-crc32", "F11", CHECKSUM, "header.directory_crc32",
        "the checksum itself was changed",
        poke={"header.directory_crc32": u32(0)}, seal="header")
    for name, tag, shows in [
            ("digit", b"mET4", "a tag with a digit"),
            ("before-letters", b"mE@a", "a tag with @, which precedes A"),
            ("between-letters", b"mE[a", "a tag with [, which follows Z"),
            ("behind-letters", b"mE{a", "a tag with {, which follows z"),
            ("high-bit", b"mE\xd4a", "a letter with its high bit set"),
            ("zero", b"mET\0", "a tag that ends in a zero")]:
        add(f"tag-{name}", "F12", CODE, "directory[4].tag", shows,
            change=lambda draft, tag=tag: draft.sections.__setitem__(
                4, [tag, draft.sections[4][1]]))
    add("critical-section-unknown", "F13", CODE, "directory[5].tag",
        "a section that must be known to read the model",
        change=lambda draft: draft.sections.append([b"Abcd", b"1"]))

    def moved(tag, index):
        def change(draft):
            section = draft.section(tag)
            draft.sections.remove(section)
            draft.sections.insert(index, section)
        return change
    labelled = "sections-safe-to-copy"
    for name, base, change, index in [
            ("known-swapped", "example", moved(b"VOCB", 0), 1),
            ("known-behind-unknown", labelled, moved(b"mETa", 6), 6),
            ("training-behind-labels", "training-state",
             moved(b"oPTM", 5), 5),
            ("unknown-swapped", labelled, moved(b"zzzz", 5), 6),
            ("unknown-first", labelled, moved(b"abcd", 0), 1)]:
        add(f"section-order-{name}", "F14", ORDER, f"directory[{index}].tag",
            "sections out of order", base=base, change=change)
    for tag in (b"mETa", b"abcd"):
        index = {b"mETa": 5, b"abcd": 6}[tag]
        add(f"section-twice-{tag.decode()}", "F14", ORDER,
            f"directory[{index}].tag", f"{tag.decode()} comes twice",
            base=labelled, change=lambda draft, tag=tag, index=index:
            draft.sections.insert(index, list(draft.section(tag))))
    add("section-flags", "F15", NONZERO, "directory[1].flags",
        "a flag is set", poke={"directory[1].flags": u32(1)})


def places(cases):
    add = cases.binary

    def gap(key, count=64):
        return lambda draft: draft.gaps.__setitem__(key, count)
    for tag, index in [(b"CONF", 0), (b"TDIR", 2), (b"mETa", 4)]:
        add(f"section-offset-hole-{tag.decode()}", "F16", LAYOUT,
            f"directory[{index}].offset",
            f"64 zeros more than needed before {tag.decode()}",
            change=gap(tag))
    add("section-offset-overlap", "F16", LAYOUT, "directory[1].offset",
        "VOCB is said to begin within CONF",
        poke={"directory[1].offset": u64(256)})
    add("section-offset-misaligned", "F16", LAYOUT, "directory[4].offset",
        "mETa begins 8 bytes too late", change=gap(b"mETa", 8))
    add("section-offset-greatest", "F16", LAYOUT, "directory[4].offset",
        "2^64 - 64, to which any length can be added without a carry",
        poke={"directory[4].offset": u64(2**64 - 64)})
    add("section-length-zero", "F17", LAYOUT, "directory[4].length",
        "mETa is empty",
        change=lambda draft: draft.section(b"mETa").__setitem__(1, b""))
    add("section-length-past-end", "F17", LAYOUT, "directory[4].length",
        "mETa is said to be one byte longer than the file has",
        poke={"directory[4].length": u64(29)})
    add("section-length-greatest", "F17", LAYOUT, "directory[4].length",
        "2^64 - 1, which wraps around when the offset is added",
        poke={"directory[4].length": u64(2**64 - 1)})
    start = read(cases.valid["example"], 64 + 4 * 32 + 8, 8)
    end = align(start) - 56  # of DATA, whose last tensor has 8 bytes
    add("section-behind-end", "F17", LAYOUT, "directory[4].length",
        "the file ends before the place where mETa would begin",
        poke={"header.file_length": u64(end)}, cut=end)
    add("section-crc32-of-DATA", "F18", NONZERO, "directory[3].crc32",
        "DATA has no checksum in the directory",
        poke={"directory[3].crc32": u32(1)})
    add("section-reserved", "F19", NONZERO, "directory[2].reserved",
        "a reserved field is not zero",
        poke={"directory[2].reserved": u32(1)})
    for name, field in [
            ("directory", "directory[4]"), ("CONF", "CONF"), ("VOCB", "VOCB"),
            ("TDIR", "TDIR"), ("DATA", "DATA")]:
        offset = sum(Places(cases.valid["example"]).find(field)) + 3
        add(f"padding-behind-{name}", "F20", NONZERO, "padding",
            f"a byte behind {name} is not zero", offset=offset,
            poke={offset: b"\x80"})
    length = len(cases.valid["example"])
    add("file-goes-on", "F21", TRAILING, "header.file_length",
        "64 zeros behind the last section, as the header states",
        poke={"header.file_length": u64(length + 64)}, append=bytes(64))


def checksums(cases):
    add = cases.binary
    for index, tag in [(0, "CONF"), (2, "TDIR")]:
        field = f"directory[{index}].crc32"
        add(f"section-crc32-of-{tag}", "F22", CHECKSUM, field,
            f"the checksum of {tag} itself was changed", poke={field: u32(0)},
            seal="directory")
    for index, tag, base, byte in [
            (1, "VOCB", "example", 0), (4, "mETa", "example", 20),
            (4, "oPTM", "training-state", -1),
            (5, "abcd", "sections-safe-to-copy", 0)]:
        start, length = Places(cases.valid[base]).find(tag)
        offset = start + byte % length
        changed = bytes([cases.valid[base][offset] ^ 1])
        add(f"section-crc32-of-{tag}", "F22", CHECKSUM,
            f"directory[{index}].crc32", f"a bit of {tag} was flipped",
            base=base, poke={offset: changed}, seal="directory")
    for tag in (b"CONF", b"VOCB", b"TDIR", b"DATA"):
        add(f"section-missing-{tag.decode()}", "F23", MISSING, "directory",
            f"there is no {tag.decode()}", offset=64,
            change=lambda draft, tag=tag: draft.sections.remove(
                draft.section(tag)))
