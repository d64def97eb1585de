#!/usr/bin/env python3
"""Measures, and writes what results.md shows.

    Tests/Checks/Benchmark/run

It takes some minutes and wants the machine for itself. PyTorch is measured if
this Python has it.
"""

import importlib.util
import pathlib
import platform
import subprocess
import sys

FOLDER = pathlib.Path(__file__).resolve().parent

TEXT = """\
# Results

Made by `Tests/Checks/Benchmark/run` on a shared
{machine} machine; `mgpt-bench --help` says how to read the tables. Names of
kernels are those of instruction sets.

How operations are counted: a position takes a multiplication and an addition for
each weight it is multiplied with, and in attention for each element of a key and
of a value that it sees (causal: its own and the earlier ones); the backward pass
takes twice as many as the forward pass. Norms, exponentials and the optimiser do
not count, nor what is computed again. So a document of *T* positions takes
6 *T* × weights + 6 *T* (*T* + 1) × n_embd × n_layer in training. Of texts that have
one prompt, what their beginnings have in common is computed once; here it counts
as often as it occurs. A single text of the model of 15 million parameters reads
each weight once for each token; its limit is to read them and do nothing else.

```text
{bench}```
"""

PYTORCH = """
The same models in PyTorch, in turn with mgpt-bench:

```text
{pytorch}```
"""


def output(*command):
    return subprocess.run(
        command, check=True, stdout=subprocess.PIPE, text=True).stdout


def main(program):
    text = TEXT.format(
        machine=f"{platform.machine()} {platform.system()}",
        bench=output(program))
    if importlib.util.find_spec("torch"):
        text += PYTORCH.format(pytorch=output(
            sys.executable, str(FOLDER / "pytorch.py"), "--rounds", "5",
            "--bench", program))
    (FOLDER / "results.md").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main(*sys.argv[1:])
