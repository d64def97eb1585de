#!/usr/bin/env python3
"""Tests Spec/checkpoint.schema.json and Spec/magic against the fixtures.

    python3 Tests/Checks/Conformance/documents.py

It needs the package jsonschema from PyPI and the program file.
"""

import json
import pathlib
import re
import shutil
import struct
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[3]
FIXTURES = ROOT / "Fixtures"
MAGIC = ROOT / "Spec/magic"

# The bad twins that a schema takes, with what it cannot say.
BEYOND_A_SCHEMA = {
    "a key comes twice": [
        "json-key-twice", "json-key-twice-escaped",
        "json-key-twice-in-config", "json-key-twice-in-tensor"],
    "the order of keys": ["json-key-behind-data", "json-key-behind-tensors"],
    "half a surrogate pair": [
        "json-surrogate-high", "json-surrogate-high-twice",
        "json-surrogate-in-label", "json-surrogate-low",
        "json-surrogate-swapped"],
    "the order of sections": ["json-section-order", "json-section-twice"],
    "numbers that depend on other numbers": [
        "json-elements-fewer", "json-elements-more",
        "json-n_head-no-divisor", "json-training-beyond-plan",
        "json-vocab_size-without-BOS"],
    "the tensors of a configuration": [
        "json-tensor-order", "json-tensor-shape-other",
        "json-tensor-surplus"],
    "how a number is written": [
        "json-n_layer-of-20-digits", "json-of-513-characters"],
    "the order of characters": ["json-vocab-descending", "json-vocab-twice"],
}


def fixtures(pattern):
    paths = sorted(FIXTURES.glob(pattern))
    if not paths:
        sys.exit(f"Fixtures/{pattern}: there is no such file")
    return paths


def document(path):
    """The document of a text; None where a strict parser finds no JSON."""
    def refuse(name):
        raise ValueError(name)

    try:
        return json.loads(path.read_bytes().decode("utf-8"),
                          parse_constant=refuse)
    except (ValueError, RecursionError):
        return None


def schema_defects(validator):
    for path in fixtures("valid/*.json"):
        for error in validator.iter_errors(document(path)):
            yield f"{path.name}: {error.json_path}: {error.message[:200]}"
    text = (ROOT / "Spec/FORMAT.md").read_text("utf-8")
    example = re.search(r"^```json\n(.*?)^```$", text, re.M | re.S)[1]
    for error in validator.iter_errors(json.loads(example)):
        yield f"FORMAT.md: {error.json_path}: {error.message[:200]}"

    beyond = {name for names in BEYOND_A_SCHEMA.values() for name in names}
    refused = 0
    for path in fixtures("invalid/*.json"):
        found = document(path)
        if found is None:
            continue
        if not validator.is_valid(found):
            refused += 1
            if path.stem in beyond:
                yield f"{path.name}: refused, but listed as beyond a schema"
        elif path.stem not in beyond:
            yield f"{path.name}: taken, and not listed as beyond a schema"
    for name in sorted(beyond):
        if not (FIXTURES / f"invalid/{name}.json").exists():
            yield f"{name}.json: listed as beyond a schema, but not there"
    print(f"schema: {refused} bad twins refused, {len(beyond)} beyond it")


def told(path, *options):
    return subprocess.run(
        ["file", "--brief", "--magic-file", MAGIC, *options, path],
        check=True, text=True, stdout=subprocess.PIPE).stdout.strip()


def magic_defects():
    paths = [FIXTURES / "names.mgpt", *fixtures("valid/*.mgpt")]
    for path in paths:
        data = path.read_bytes()
        major, minor = struct.unpack_from("<2H", data, 8)
        expected = (f"MicroGPT checkpoint, version {major}.{minor},"
                    f" {len(data)} bytes,"
                    f" {struct.unpack_from('<I', data, 32)[0]} sections")
        if told(path) != expected:
            yield f"{path.name}: {told(path)}, expected {expected}"
    kind = told(paths[0], "--mime-type")
    if kind != "application/x-microgpt-checkpoint":
        yield f"the type is {kind}"
    with tempfile.NamedTemporaryFile() as changed:
        for index in range(8):
            data = bytearray(paths[0].read_bytes())
            data[index] ^= 1
            pathlib.Path(changed.name).write_bytes(data)
            if "MicroGPT" in told(changed.name):
                yield f"recognised with byte {index} of the magic changed"
    print(f"magic: {len(paths)} files recognised")


def main():
    if not shutil.which("file"):
        sys.exit("the program file is missing: apt-get install file")
    try:
        from jsonschema import Draft202012Validator
    except ImportError:
        sys.exit("jsonschema is missing: pip install jsonschema")
    schema = json.loads(
        (ROOT / "Spec/checkpoint.schema.json").read_text("utf-8"))
    Draft202012Validator.check_schema(schema)
    defects = [*schema_defects(Draft202012Validator(schema)),
               *magic_defects()]
    print("\n".join(defects), end="\n" if defects else "")
    return 1 if defects else 0


if __name__ == "__main__":
    sys.exit(main())
