#!/usr/bin/env python3
"""Tests the lines that README.md tells to append to microgpt.py.

    python3 Tests/Checks/Conformance/microgpt_lines.py [PROGRAMS]

They are taken out of the README and appended to a script of our own that ends
where microgpt.py's training ends: with its variables by their names, and with
the weights that it ended with, from Fixtures/parity. The model must come back
with all bits and generate the same. PROGRAMS is the folder of the built
programs, as .build/release; they must open it, and mgpt-train's reference
engine must come to the same file.
"""

import json
import pathlib
import random
import re
import shutil
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[3]
PARITY = ROOT / "Fixtures/parity/microgpt-py.json"
sys.path[:0] = [str(ROOT / "Spec"), str(ROOT / "Tests/Checks/Oracle")]
sys.dont_write_bytecode = True

import mgpt  # noqa: E402
import oracle  # noqa: E402

TRAINED = f"""
import json

class Value:
    __slots__ = ("data", "grad")

    def __init__(self, data):
        self.data, self.grad = data, 0.0

with open({str(PARITY)!r}, encoding="utf-8") as file:
    final = json.load(file)["final"]
uchars = [chr(code) for code in range(ord("a"), ord("z") + 1)]
n_head = 4
state_dict = {{name: [[Value(x) for x in row] for row in rows]
              for name, rows in final.items()}}
"""

UNTRAINED = """
class Value:
    def __init__(self, data):
        self.data = data

uchars, BOS, vocab_size = ["?"], 1, 2
n_layer, n_embd, n_head, block_size, head_dim = 9, 9, 9, 9, 9
state_dict = {}
"""

SHOWN = """
import json
print(json.dumps({
    "state_dict": {name: [[value.data for value in row] for row in matrix]
                   for name, matrix in state_dict.items()},
    "rest": [uchars, BOS, vocab_size, n_layer, n_embd, n_head, block_size,
             head_dim]}))
"""


def blocks():
    """The two blocks of Python in the README's section."""
    text = (ROOT / "README.md").read_text("utf-8")
    section = re.search(
        r"^## From microgpt\.py, and back$(.*?)^## ", text, re.M | re.S)[1]
    saving, loading = re.findall(r"^```python\n(.*?)^```$", section,
                                 re.M | re.S)
    return saving, loading


def run(folder, *command):
    return subprocess.run(command, cwd=folder, check=True, text=True,
                          stdout=subprocess.PIPE).stdout


def run_script(folder, text):
    (folder / "script.py").write_text(text, "utf-8")
    return run(folder, sys.executable, "-B", "script.py")


def samples(state_dict):
    """What a model generates, by the oracle, from a fixed seed."""
    network = oracle.Network({**oracle.DEFAULTS, "vocab_size": 27},
                             random.Random(0))
    network.tensors = {
        name: [[oracle.Scalar(x) for x in row] for row in matrix]
        for name, matrix in state_dict.items()}
    rng = random.Random(1)
    return [network.draw(rng) for _ in range(5)]


def equal(found, expected, what):
    if found != expected:
        sys.exit(f"{what}: found {found}, expected {expected}")


def main(programs=None):
    saving, loading = blocks()
    final = json.loads(PARITY.read_text("utf-8"))["final"]
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        shutil.copy(ROOT / "Spec/mgpt.py", folder)
        run_script(folder, TRAINED + saving)
        file = (folder / "microgpt.mgpt").read_bytes()
        checkpoint = mgpt.parse(file)
        equal(mgpt.serialize(checkpoint) == file, True, "a canonical file")
        equal({tensor.dtype for tensor in checkpoint.tensors}, {"f64"},
              "the types")

        found = json.loads(run_script(folder, UNTRAINED + loading + SHOWN))
        equal(found["state_dict"] == final, True, "all bits of the weights")
        equal(list(found["state_dict"]), list(final), "the order of tensors")
        equal(found["rest"], [list("abcdefghijklmnopqrstuvwxyz"), 26, 27, 1,
                              16, 4, 16, 4], "the other variables")
        equal(samples(found["state_dict"]), samples(final), "the samples")

        if programs:
            programs = pathlib.Path(programs).resolve()
            run(folder, programs / "mgpt-inspect", "verify", "microgpt.mgpt")
            text = run(folder, programs / "mgpt-sample", "microgpt.mgpt", "-n",
                       "5", "--seed", "1")
            equal(len(text.splitlines()), 5, "the lines of mgpt-sample")
            run(folder, programs / "mgpt-convert", "microgpt.mgpt",
                "microgpt.json")
            equal(mgpt.serialize(mgpt.from_json(
                (folder / "microgpt.json").read_bytes())) == file, True,
                "the file by way of mgpt-convert")
            run(folder, programs / "mgpt-train", "--engine", "reference",
                "--samples", "0", "--output", "reference.mgpt")
            reference = mgpt.parse((folder / "reference.mgpt").read_bytes())
            equal(mgpt.fingerprint(reference), mgpt.fingerprint(checkpoint),
                  "the fingerprint of mgpt-train's reference engine")
    print("microgpt.py's lines: ok, "
          + ("programs included" if programs else "without the programs"))


if __name__ == "__main__":
    main(*sys.argv[1:])
