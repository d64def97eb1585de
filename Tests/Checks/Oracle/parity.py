#!/usr/bin/env python3
"""Compares a whole run of the built reference engine with microgpt.py's.

    python3 Tests/Checks/Oracle/parity.py .build/release

All final weights and all samples must be equal to the last digit, and the
losses that the program prints to the digits printed.
"""

import json
import pathlib
import re
import subprocess
import sys
import tempfile

programs = pathlib.Path(sys.argv[1]).resolve()
root = pathlib.Path(__file__).resolve().parents[3]
expected = json.loads((root / "Fixtures/parity/microgpt-py.json").read_text())

with tempfile.TemporaryDirectory() as folder:
    trained = subprocess.run(
        [programs / "mgpt-train", "--engine", "reference"],
        cwd=folder, check=True, capture_output=True, text=True)
    subprocess.run(
        [programs / "mgpt-convert", "names.mgpt", "names.json", "--strip"],
        cwd=folder, check=True)
    twin = json.loads((pathlib.Path(folder) / "names.json").read_text())

assert trained.stdout.split("\n")[:-1] == expected["samples"], trained.stdout
losses = re.findall(r"step +(\d+)/1000  loss (\d+\.\d+)", trained.stderr)
assert len(losses) >= 10
for step, loss in losses:
    assert loss == f"{expected['loss'][int(step) - 1]:.4f}", (step, loss)
assert len(twin["tensors"]) == len(expected["final"])
for tensor in twin["tensors"]:
    assert tensor["dtype"] == "f64"
    rows = expected["final"][tensor["name"]]
    assert tensor["data"] == [x for row in rows for x in row], tensor["name"]
print(f"{len(losses)} losses, {len(expected['samples'])} samples and all"
      f" weights are microgpt.py's")
