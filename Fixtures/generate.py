#!/usr/bin/env python3
"""Makes the conformance suite: Fixtures/valid, Fixtures/invalid, manifest.json.

    python3 Fixtures/generate.py            writes all of it anew
    python3 Fixtures/generate.py --check    fails if a file differs, lacks or is
                                            not the suite's

The outcome is the same on every machine with Python 3.9 or newer, and a zlib
that gives canonical streams (section 8.4 of the specification).
"""

import json
import pathlib
import sys

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parent / "Spec"), str(HERE / "generator")]
sys.dont_write_bytecode = True

import cases  # noqa: E402
import invalid_chunks  # noqa: E402
import invalid_json  # noqa: E402
import invalid_layout  # noqa: E402
import invalid_properties  # noqa: E402
import invalid_sections  # noqa: E402
import mgpt  # noqa: E402
import valid  # noqa: E402


def suite():
    """All files by their paths in Fixtures."""
    files, manifest = {}, {"valid": [], "invalid": []}
    good = list(valid.files())
    for one in good:
        files[f"valid/{one.name}.mgpt"] = one.file
        files[f"valid/{one.name}.json"] = one.twin.encode()
        manifest["valid"].append({
            "name": one.name, "shows": one.shows, "canonical": one.canonical,
            "lossless": one.lossless,
            "fingerprint": mgpt.fingerprint(mgpt.parse(one.file))})
    bad = cases.Cases({one.name: one.file for one in good})
    for module in (invalid_layout, invalid_sections, invalid_properties,
                   invalid_chunks, invalid_json):
        module.add(bad)
    for name, content in bad.files.items():
        files[f"invalid/{name}"] = content
    manifest["invalid"] = sorted(
        bad.entries, key=lambda entry: (int(entry["rule"][1:]), entry["name"]))
    files["manifest.json"] = text(manifest).encode()
    return files


def text(manifest):
    """The manifest with a line for each file."""
    lists = []
    for key, entries in manifest.items():
        lines = ",\n".join(
            "    " + json.dumps(entry, ensure_ascii=False) for entry in entries)
        lists.append(f'  "{key}": [\n{lines}\n  ]')
    return "{\n" + ",\n".join(lists) + "\n}\n"


def present():
    """The files that are there, by their paths in Fixtures."""
    folders = [HERE / "valid", HERE / "invalid"]
    paths = [path for folder in folders for path in sorted(folder.glob("*"))]
    paths += [path for path in [HERE / "manifest.json"] if path.exists()]
    return {path.relative_to(HERE).as_posix(): path for path in paths}


def main():
    wanted, there = suite(), present()
    if sys.argv[1:] == ["--check"]:
        wrong = [f"{name} differs" for name in wanted if name in there
                 and there[name].read_bytes() != wanted[name]]
        wrong += [f"{name} is missing" for name in wanted.keys() - there.keys()]
        wrong += [f"{name} is not of the suite"
                  for name in there.keys() - wanted.keys()]
        for line in sorted(wrong):
            print(line, file=sys.stderr)
        return 1 if wrong else 0
    for name in there.keys() - wanted.keys():
        there[name].unlink()
    for name, content in wanted.items():
        path = HERE / name
        path.parent.mkdir(exist_ok=True)
        if name not in there or path.read_bytes() != content:
            path.write_bytes(content)
    return 0


if __name__ == "__main__":
    sys.exit(main())
