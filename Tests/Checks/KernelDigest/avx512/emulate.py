"""Runs a bare x86-64 program until it halts, on a processor with AVX-512.

    emulate.py PROGRAM ADDRESS

PROGRAM is a static ELF file. Prints the 64-bit numbers from ADDRESS (in
hexadecimal) up to the first 0.
"""

import os
import struct
import sys

import bochscpu
import bochscpu.cpu
import bochscpu.memory

PAGE = 4096
STACK = 0x8000000  # its upper end, above the program
TABLES = 0x10000000  # where the page tables begin


def load(program):
    """The pages of a program and of its stack, by address."""
    stack = range(STACK - 64 * PAGE, STACK, PAGE)
    pages = {address: bytearray(PAGE) for address in stack}
    headers, = struct.unpack_from("<Q", program, 32)
    size, count = struct.unpack_from("<HH", program, 54)
    for at in range(headers, headers + size * count, size):
        kind, _, offset, start, _, stored, length, _ = struct.unpack_from(
            "<IIQQQQQQ", program, at)
        if kind != 1:  # PT_LOAD
            continue
        data = program[offset:offset + stored].ljust(length, b"\0")
        for address in range(start & -PAGE, start + length, PAGE):
            page = pages.setdefault(address, bytearray(PAGE))
            first, end = max(start, address), min(start + length, address + PAGE)
            page[first - address:end - address] = data[first - start:end - start]
    return pages


def segment(**flags):
    result = bochscpu.Segment()
    result.base, result.limit, result.present = 0, 0xFFFFFFFF, True
    attributes = bochscpu.cpu.SegmentFlags()
    for name in ("A", "S", "P", *flags):
        setattr(attributes, name, True)
    result.attr = int(attributes)
    return result


def main():
    program = open(sys.argv[1], "rb").read()
    pages = load(program)
    tables = bochscpu.memory.PageMapLevel4Table()
    for address in pages:
        tables.insert(address, address, 7)
    for host, address in tables.commit(TABLES):
        bochscpu.memory.page_insert(address, host)
    for address, content in pages.items():
        host = bochscpu.memory.allocate_host_page()
        bochscpu.memory.page_insert(address, host)
        bochscpu.memory.phy_write(address, list(content))

    state = bochscpu.State()
    bochscpu.cpu.set_long_mode(state)
    state.cr0 &= ~(1 << 16 | 1 << 3 | 1 << 2)  # no WP, TS, EM
    state.cr3 = TABLES
    state.cr4 |= 1 << 18 | 1 << 10 | 1 << 9  # OSXSAVE, OSXMMEXCPT, OSFXSR
    state.xcr0 = 0xE7  # the state of x87, SSE, AVX and AVX-512
    state.mxcsr, state.mxcsr_mask = 0x1F80, 0xFFFF
    state.cs = segment(R=1, E=1, L=1)
    for name in ("ds", "es", "ss", "fs", "gs"):
        setattr(state, name, segment(W=1))
    state.rip, = struct.unpack_from("<Q", program, 24)
    state.rsp, state.rflags = STACK, 2

    failures = []
    session = bochscpu.Session()
    session.missing_page_handler = lambda address: failures.append(address)
    session.cpu.state = state
    hook = bochscpu.Hook()
    hook.hlt = lambda session, cpu: session.stop()

    def fail(session, cpu, vector, code):
        failures.append(f"exception {vector} at {session.cpu.rip:#x}")
        session.stop()

    hook.exception = fail
    session.run([hook])
    if failures:
        print(f"the program failed: {failures[0]}", file=sys.stderr)
        return 1

    address = int(sys.argv[2], 16)
    while number := int.from_bytes(
            bytes(bochscpu.memory.phy_read(address, 8)), "little"):
        print(f"{number:016x}")
        address += 8
    return 0


code = main()
sys.stdout.flush()
os._exit(code)  # without the emulator's complaints about what it leaves
