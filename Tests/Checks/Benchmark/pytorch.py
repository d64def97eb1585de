#!/usr/bin/env python3
"""Trains the models of mgpt-bench in PyTorch, and compares.

    python3 Tests/Checks/Benchmark/pytorch.py [--rounds N] [--threads N …] [--compile]
        [--bench .build/release/mgpt-bench]

The same model (no gains, no biases, ReLU, an untied head, no norm before it),
the same shapes, the same optimiser; the data are Fixtures/names.txt, a name a
step for the default model, names joined into lines for the larger one. Each
round trains the larger model on each number of threads and the default one,
to which a second thread is a hindrance, on one. With --bench, the program
named does the same in turn with PyTorch, and its speed is shown beside, as
many times PyTorch's in the same round. Figures are medians and quartiles over
the rounds; on one thread they go by the time that the processor worked, so that
other work on the machine matters less, on several by the clock. Works with any PyTorch of version 2.4 or later.
"""

import argparse
import json
import pathlib
import random
import subprocess
import time

import numpy
import torch
from torch import nn
from torch.nn import functional as F

NAMES = pathlib.Path(__file__).resolve().parents[3] / "Fixtures/names.txt"


class Layer(nn.Module):
    def __init__(self, width, heads):
        super().__init__()
        self.heads = heads
        self.heads_in = nn.Linear(width, 3 * width, bias=False)
        self.heads_out = nn.Linear(width, width, bias=False)
        self.expand = nn.Linear(width, 4 * width, bias=False)
        self.contract = nn.Linear(4 * width, width, bias=False)

    def forward(self, x):
        batch, positions, width = x.shape
        # (batch, positions, width) to (batch, heads, positions, head_width)
        q, k, v = (
            part.view(batch, positions, self.heads, -1).transpose(1, 2)
            for part in self.heads_in(norm(x)).split(width, dim=2))
        mixed = F.scaled_dot_product_attention(q, k, v, is_causal=True)
        x = x + self.heads_out(mixed.transpose(1, 2).reshape(x.shape))
        return x + self.contract(F.relu(self.expand(norm(x))))


class Model(nn.Module):
    def __init__(self, layers, heads, width, block, vocabulary):
        super().__init__()
        self.block = block
        self.tokens = nn.Embedding(vocabulary, width)
        self.positions = nn.Embedding(block, width)
        self.layers = nn.Sequential(
            *[Layer(width, heads) for _ in range(layers)])
        self.head = nn.Linear(width, vocabulary, bias=False)
        for weights in self.parameters():
            nn.init.normal_(weights, std=0.08)

    def forward(self, tokens, targets):  # both: (batch, positions)
        places = torch.arange(tokens.shape[1])
        x = self.tokens(tokens) + self.positions(places)
        logits = self.head(self.layers(norm(x)))
        return F.cross_entropy(logits.flatten(0, 1), targets.flatten())


def norm(x):
    return F.rms_norm(x, x.shape[-1:], eps=1e-5)


class Training:
    """A model, its optimiser and an endless supply of batches."""

    def __init__(self, documents, batch, compiled, **shape):
        characters = sorted(set("".join(documents)))
        token = {c: i for i, c in enumerate(characters)}
        bos = len(characters)
        random.Random(42).shuffle(documents)
        self.batch, self.next = batch, 0
        block = shape["block"]
        self.rows = [
            torch.tensor([bos] + [token[c] for c in text] + [bos])[:block + 1]
            for text in documents]
        self.model = Model(vocabulary=bos + 1, **shape)
        self.run = torch.compile(self.model) if compiled else self.model
        self.adam = torch.optim.Adam(
            self.model.parameters(), lr=0.001, betas=(0.85, 0.99), eps=1e-8,
            fused=True)

    def step(self):
        """One step: the number of tokens predicted."""
        rows = [
            self.rows[(self.next + i) % len(self.rows)]
            for i in range(self.batch)]
        self.next += self.batch
        tokens = torch.stack(rows)
        loss = self.run(tokens[:, :-1], tokens[:, 1:])
        self.adam.zero_grad(set_to_none=True)
        loss.backward()
        self.adam.step()
        return tokens.numel() - len(rows)


def small(compiled):
    names = NAMES.read_text(encoding="utf-8").split()
    return Training(
        names, 1, compiled, layers=1, heads=4, width=16, block=16)


def larger(compiled):
    block = 256
    lines, line = [], ""
    for name in NAMES.read_text(encoding="utf-8").split():
        line = f"{line} {name}" if line else name
        if len(line) >= block:
            lines.append(line)
            line = ""
    return Training(
        lines, 12, compiled, layers=6, heads=6, width=384, block=block)


def timed(training, steps, threads):
    """Seconds a step and tokens a second."""
    torch.set_num_threads(threads)
    now = time.process_time if threads == 1 else time.perf_counter
    start = now()
    tokens = sum(training.step() for _ in range(steps))
    seconds = now() - start
    return seconds / steps, tokens / seconds


def ours(program, threads):
    """Tokens a second of the larger model on each number of threads, and the
    microseconds of a step of the default model."""
    output = subprocess.run(
        [program, "train", "--rounds", "1", "--json", "--threads",
         str(max(threads))], check=True, stdout=subprocess.PIPE).stdout
    figure = {
        (work["name"], work["threads"]): work["figure"]["median"]
        for work in json.loads(output)["works"]}
    found = {("larger", n): figure["larger model", n] for n in threads}
    found["default", 1] = figure["default model, 1 document", 1]
    return found


def spread(values, digits):
    low, middle, high = numpy.quantile(values, [0.25, 0.5, 0.75])
    return f"{middle:,.{digits}f} ({low:,.{digits}f}–{high:,.{digits}f})"


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--threads", type=int, nargs="+", default=[1, 2])
    parser.add_argument("--compile", action="store_true")
    parser.add_argument("--bench")
    options = parser.parse_args()

    steps = {"default": 300, "larger": 1}
    trainings = {
        "default": small(options.compile), "larger": larger(options.compile)}
    theirs = {("default", 1): []}
    theirs |= {("larger", n): [] for n in options.threads}
    mine = {key: [] for key in theirs}
    for name, n in theirs:  # to warm up
        timed(trainings[name], max(1, steps[name] // 10), n)
    for _ in range(options.rounds):
        for name, n in theirs:
            seconds, tokens = timed(trainings[name], steps[name], n)
            theirs[name, n].append(
                tokens if name == "larger" else seconds * 1e6)
        if options.bench:
            for key, value in ours(options.bench, options.threads).items():
                mine[key].append(value)

    print(
        f"PyTorch {torch.__version__.split('+')[0]},"
        f" {'compiled' if options.compile else 'eager'};"
        f" medians (quartiles) over {options.rounds} rounds")
    for name, n in theirs:
        what = {
            "default": "default model, 1 document, µs a step",
            "larger": "larger model, tokens/s"}[name]
        line = f"{what}, threads {n}: {spread(theirs[name, n], 0)}"
        if options.bench:
            pairs = zip(mine[name, n], theirs[name, n])
            ratios = [a / b if name == "larger" else b / a for a, b in pairs]
            digits = 0 if name == "larger" else 2
            line += (
                f"; mgpt-bench {spread(mine[name, n], digits)}:"
                f" {spread(ratios, 2)} times as fast")
        print(line)


if __name__ == "__main__":
    main()
