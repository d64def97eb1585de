#!/usr/bin/env python3
"""Runs the conformance suite of Fixtures against Spec/mgpt.py.

    python3 Tests/Checks/Conformance/suite.py

It prints each file on which the two disagree, and fails if there is one.
Fixtures/README.md tells what the manifest means.
"""

import json
import pathlib
import sys

ROOT = pathlib.Path(__file__).resolve().parents[3]
FIXTURES = ROOT / "Fixtures"
sys.path.insert(0, str(ROOT / "Spec"))
sys.dont_write_bytecode = True

import mgpt  # noqa: E402


def valid(entry):
    """What is wrong with how a good file is taken."""
    file = (FIXTURES / "valid" / f"{entry['name']}.mgpt").read_bytes()
    text = (FIXTURES / "valid" / f"{entry['name']}.json").read_bytes()
    checkpoint = mgpt.parse(file)
    written = mgpt.serialize(checkpoint)
    is_whole = entry["canonical"] and entry["lossless"]
    if (written == file) != is_whole:
        yield f"written again: {'other' if is_whole else 'the same'} bytes"
    if mgpt.serialize(mgpt.parse(written)) != written:
        yield "the canonical file is not"
    if mgpt.fingerprint(checkpoint) != entry["fingerprint"]:
        yield "another fingerprint"
    if mgpt.serialize(mgpt.from_json(text)) != written:
        yield "the twin gives another file"
    if mgpt.serialize(mgpt.from_json(mgpt.to_json(checkpoint))) != written:
        yield "its own twin gives another file"


def invalid(entry):
    """What is wrong with how a bad file is refused."""
    file = (FIXTURES / "invalid" / entry["name"]).read_bytes()
    insert = entry.get("insert")
    if insert:
        at = insert["offset"]
        file = (file[:at] + bytes([insert["byte"]]) * insert["count"]
                + file[at:])
    is_twin = entry["name"].endswith(".json")
    try:
        (mgpt.from_json if is_twin else mgpt.parse)(file)
    except mgpt.FormatError as error:
        found = {"rule": error.rule, "field": error.field,
                 "offset": error.offset}
    else:
        yield "accepted"
        return
    if is_twin:
        # It reads a twin as a tree, which has no places; and it leaves the
        # grammar to a library, which has its own opinion of them.
        found["offset"] = entry["offset"]
        if entry["rule"] == found["rule"] == "F58":
            found["field"] = entry["field"]
    for key, value in found.items():
        if value != entry[key]:
            yield f"{key} {value}, not {entry[key]}"


def main():
    manifest = json.loads((FIXTURES / "manifest.json").read_text("utf-8"))
    listed = {f"valid/{entry['name']}.{extension}"
              for entry in manifest["valid"]
              for extension in ("mgpt", "json")}
    listed |= {f"invalid/{entry['name']}" for entry in manifest["invalid"]}
    there = {path.relative_to(FIXTURES).as_posix()
             for folder in ("valid", "invalid")
             for path in (FIXTURES / folder).iterdir()}
    count = 0
    for name in sorted(listed ^ there):
        print(f"{name}: {'missing' if name in listed else 'not listed'}")
        count += 1
    for kind, check in (("valid", valid), ("invalid", invalid)):
        for entry in manifest[kind]:
            for defect in check(entry):
                print(f"{kind}/{entry['name']}: {defect}")
                count += 1
    print(f"{len(listed)} files, {count} disagreements")
    return 1 if count else 0


if __name__ == "__main__":
    sys.exit(main())
