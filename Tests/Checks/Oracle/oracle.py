#!/usr/bin/env python3
"""An independent oracle for the reference engine, in double precision.

Standard library only, CPython 3.11. It repeats the mathematics of microgpt.py
in the same order of floating-point operations, in code of its own.

    oracle.py run DATA [--steps N] [--samples N] [--set KEY=VALUE ...]
        Trains on a file with one document a line and prints one JSON object:
        the losses, the gradients of step 0, the final weights, the samples.
    oracle.py check PARITY DATA [--steps N]
        Proves this oracle against figures of microgpt.py itself.
    oracle.py fixture
        Prints Fixtures/parity/other-configurations.json.

From the repository's root the fixture is made again by

    python3 Tests/Checks/Oracle/oracle.py fixture \
        > Fixtures/parity/other-configurations.json

and the oracle is proved by (exit status 1 at the first difference)

    python3 Tests/Checks/Oracle/oracle.py check \
        Fixtures/parity/microgpt-py.json Fixtures/names.txt
"""

import argparse
import gc
import json
import math
import random
import sys

DEFAULTS = {
    "n_layer": 1, "n_embd": 16, "n_head": 4, "block_size": 16,
    "learning_rate": 0.01, "beta1": 0.85, "beta2": 0.99, "eps_adam": 1e-8,
    "std": 0.08, "num_steps": 1000, "batch_size": 1, "temperature": 0.5,
    "seed": 42,
}


class Scalar:
    """A number, its slope, and (argument, partial derivative) pairs."""

    __slots__ = ("value", "slope", "sources")

    def __init__(self, value, *sources):
        self.value, self.slope, self.sources = value, 0.0, sources


def plus(a, b):
    if isinstance(b, Scalar):
        return Scalar(a.value + b.value, (a, 1.0), (b, 1.0))
    return Scalar(a.value + b, (a, 1.0))


def times(a, b):
    if isinstance(b, Scalar):
        return Scalar(a.value * b.value, (a, b.value), (b, a.value))
    return Scalar(a.value * b, (a, b))


def power(a, n):
    return Scalar(a.value ** n, (a, n * a.value ** (n - 1)))


def over(a, b):
    return times(a, power(b, -1) if isinstance(b, Scalar) else b ** -1)


def exponential(a):
    result = math.exp(a.value)
    return Scalar(result, (a, result))


def rectified(a):
    return Scalar(a.value, (a, 1.0)) if a.value > 0 else Scalar(0.0, (a, 0.0))


def surprise(probability):
    log = Scalar(math.log(probability.value),
                 (probability, 1 / probability.value))
    return times(log, -1)


def total(terms):
    terms = iter(terms)
    result = plus(next(terms), 0)
    for term in terms:
        result = plus(result, term)
    return result


def dot(a, b):
    return total(times(x, y) for x, y in zip(a, b))


def differentiate(root):
    """Adds d(root)/d(x) to the slope of every x below the root."""
    finished, seen = [], {root}
    path = [(root, iter(root.sources))]  # the recursion's frames
    while path:
        node, rest = path[-1]
        for source, _ in rest:
            if source not in seen:
                seen.add(source)
                path.append((source, iter(source.sources)))
                break
        else:
            finished.append(node)
            path.pop()
    root.slope = 1.0
    for node in reversed(finished):
        for source, partial in node.sources:
            source.slope += partial * node.slope


def normalised(x):
    mean_square = over(total(times(e, e) for e in x), len(x))
    factor = power(plus(mean_square, 1e-5), -0.5)
    return [times(e, factor) for e in x]


def distribution(logits):
    peak = max(e.value for e in logits)
    raised = [exponential(plus(e, -peak)) for e in logits]
    mass = total(raised)
    return [over(e, mass) for e in raised]


class Network:
    def __init__(self, config, rng):
        self.config = config
        width = config["n_embd"]
        sizes = {"wte": (config["vocab_size"], width),
                 "wpe": (config["block_size"], width),
                 "lm_head": (config["vocab_size"], width)}
        for i in range(config["n_layer"]):
            for part in ("wq", "wk", "wv", "wo"):
                sizes[f"layer{i}.attn_{part}"] = (width, width)
            sizes[f"layer{i}.mlp_fc1"] = (4 * width, width)
            sizes[f"layer{i}.mlp_fc2"] = (width, 4 * width)
        self.tensors = {}
        for name, (rows, columns) in sizes.items():
            self.tensors[name] = [
                [Scalar(rng.gauss(0, config["std"])) for _ in range(columns)]
                for _ in range(rows)]

    def parameters(self):
        return [p for rows in self.tensors.values() for r in rows for p in r]

    def flat(self, attribute):
        return {name: [getattr(p, attribute) for row in rows for p in row]
                for name, rows in self.tensors.items()}

    def apply(self, name, x):
        return [dot(row, x) for row in self.tensors[name]]

    def positions(self):
        """A coroutine: takes a token, gives logits, remembers the past."""
        config, tensors = self.config, self.tensors
        span = config["n_embd"] // config["n_head"]
        past = [([], []) for _ in range(config["n_layer"])]
        logits = None
        for place in tensors["wpe"]:
            token = yield logits
            x = normalised([plus(t, p)
                            for t, p in zip(tensors["wte"][token], place)])
            for i, (keys, values) in enumerate(past):
                prefix = f"layer{i}."
                y = normalised(x)
                query = self.apply(prefix + "attn_wq", y)
                keys.append(self.apply(prefix + "attn_wk", y))
                values.append(self.apply(prefix + "attn_wv", y))
                mixed = []
                for low in range(0, config["n_embd"], span):
                    part = slice(low, low + span)
                    shares = distribution([
                        over(dot(query[part], key[part]), span ** 0.5)
                        for key in keys])
                    mixed += [dot(shares, column) for column in
                              zip(*(value[part] for value in values))]
                y = self.apply(prefix + "attn_wo", mixed)
                x = [plus(a, b) for a, b in zip(y, x)]
                y = self.apply(prefix + "mlp_fc1", normalised(x))
                y = self.apply(prefix + "mlp_fc2", [rectified(e) for e in y])
                x = [plus(a, b) for a, b in zip(y, x)]
            logits = self.apply("lm_head", x)
        yield logits

    def loss(self, document):
        bos = self.config["vocab_size"] - 1
        inputs = ([bos] + document)[:self.config["block_size"]]
        targets = document + [bos]
        network = self.positions()
        next(network)
        losses = [surprise(distribution(network.send(token))[target])
                  for token, target in zip(inputs, targets)]
        return times(total(losses), 1 / len(losses))

    def draw(self, rng):
        bos = self.config["vocab_size"] - 1
        network = self.positions()
        next(network)
        token, drawn = bos, []
        for _ in range(self.config["block_size"]):
            chances = distribution([
                over(e, self.config["temperature"])
                for e in network.send(token)])
            token = rng.choices(range(bos + 1),
                                weights=[e.value for e in chances])[0]
            if token == bos:
                break
            drawn.append(token)
        return drawn


def run(config, lines, steps, samples):
    """Trains for some of the planned steps, then draws samples."""
    letters = sorted(set("".join(lines)))
    config = {**DEFAULTS, **config, "vocab_size": len(letters) + 1}
    rng = random.Random(config["seed"])
    lines = list(lines)
    rng.shuffle(lines)
    number = {letter: i for i, letter in enumerate(letters)}
    network = Network(config, rng)
    parameters = network.parameters()
    initial = network.flat("value")
    first = [0.0] * len(parameters)
    second = [0.0] * len(parameters)
    losses, gradients = [], None
    for step in range(steps):
        size = config["batch_size"]
        batch = [network.loss([number[c] for c in lines[i % len(lines)]])
                 for i in range(step * size, (step + 1) * size)]
        loss = batch[0] if size == 1 else over(total(batch), size)
        differentiate(loss)
        losses.append(loss.value)
        gradients = gradients or network.flat("slope")
        rate = config["learning_rate"] * (1 - step / config["num_steps"])
        b1, b2 = config["beta1"], config["beta2"]
        for i, p in enumerate(parameters):
            first[i] = b1 * first[i] + (1 - b1) * p.slope
            second[i] = b2 * second[i] + (1 - b2) * p.slope ** 2
            mean = first[i] / (1 - b1 ** (step + 1))
            spread = second[i] / (1 - b2 ** (step + 1))
            p.value -= rate * mean / (spread ** 0.5 + config["eps_adam"])
            p.slope = 0.0
    drawn = [network.draw(rng) for _ in range(samples)]
    return {
        "config": config,
        "shuffled": lines,
        "loss": losses,
        "initial": initial,
        "gradients": gradients,
        "final": network.flat("value"),
        "samples": ["".join(letters[t] for t in tokens) for tokens in drawn],
    }


def read_lines(path):
    with open(path, encoding="utf-8-sig") as file:
        return [line.strip() for line in file if line.strip()]


def check(parity, data, steps):
    """Returns a list of the figures that differ from microgpt.py's."""
    with open(parity, encoding="utf-8") as file:
        expected = json.load(file)
    everything = steps == expected["config"]["num_steps"]
    result = run({}, read_lines(data), steps, 20 if everything else 0)
    pairs = {
        "documents": (result["shuffled"][:5], expected["first_docs"]),
        "wte row 0": (result["initial"]["wte"][:16],
                      expected["initial_wte_row0"]),
        "last parameter": (result["initial"]["layer0.mlp_fc2"][-1],
                           expected["initial_last_param"]),
        "losses": (result["loss"], expected["loss"][:steps]),
    }
    if everything:
        final = {name: [e for row in rows for e in row]
                 for name, rows in expected["final"].items()}
        pairs["final weights"] = (result["final"], final)
        pairs["samples"] = (result["samples"], expected["samples"])
    return [name for name, (ours, theirs) in pairs.items() if ours != theirs]


# Lengths from 1 to 19 scalars; letters of one to four bytes in UTF-8.
DOCUMENTS = [
    "ada", "émile", "søren", "o", "łucja", "naïa", "zoë", "øystein",
    "annalenamariasofiaé", "иван", "美咲", "𐐨da", "noël", "eda", "olaf",
]

# No power of two among the sizes where it can be helped: rounding then shows.
CASES = [
    ("two layers", 10, {
        "n_layer": 2, "n_embd": 6, "n_head": 2, "block_size": 8,
        "num_steps": 10, "seed": 7}),
    ("one head", 12, {
        "n_embd": 5, "n_head": 1, "block_size": 20, "num_steps": 40,
        "temperature": 0.8, "seed": 2 ** 32 + 3}),
    ("documents longer than the block", 20, {
        "n_embd": 6, "n_head": 3, "block_size": 5, "num_steps": 20,
        "learning_rate": 0.03, "beta1": 0.9, "beta2": 0.95, "eps_adam": 1e-6,
        "std": 0.2, "temperature": 1.0, "seed": 2 ** 64 - 1}),
    ("three documents a step", 10, {
        "n_embd": 6, "n_head": 3, "block_size": 7, "num_steps": 10,
        "batch_size": 3, "seed": 0}),
]


def fixture():
    cases = []
    for name, steps, config in CASES:
        result = run(config, DOCUMENTS, steps, samples=8)
        result.pop("shuffled")
        result.pop("initial")
        cases.append({"name": name, **result})
    # One number set a line, so that a change shows as such.
    lines = []
    for case in cases:
        fields = []
        for key, value in case.items():
            if key in ("gradients", "final"):
                rows = ",\n".join(f"    {json.dumps(tensor)}: {dense(data)}"
                                  for tensor, data in value.items())
                fields.append(f"   {json.dumps(key)}: {{\n{rows}\n   }}")
            else:
                fields.append(f"   {json.dumps(key)}: {dense(value)}")
        lines.append("  {\n" + ",\n".join(fields) + "\n  }")
    return (f'{{\n "documents": {dense(DOCUMENTS)},\n "cases": [\n'
            + ",\n".join(lines) + "\n ]\n}")


def dense(value):
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def setting(text):
    key, _, value = text.partition("=")
    if key not in DEFAULTS:
        raise argparse.ArgumentTypeError(f"no setting is called {key!r}")
    return key, type(DEFAULTS[key])(value)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    commands = parser.add_subparsers(dest="command", required=True)
    train = commands.add_parser("run")
    train.add_argument("data")
    train.add_argument("--steps", type=int, help="default: all planned")
    train.add_argument("--samples", type=int, default=20)
    train.add_argument("--set", action="append", default=[], type=setting,
                       metavar="KEY=VALUE", help="as n_layer=2; repeatable")
    prove = commands.add_parser("check")
    prove.add_argument("parity")
    prove.add_argument("data")
    prove.add_argument("--steps", type=int, default=30)
    commands.add_parser("fixture")
    options = parser.parse_args()

    gc.disable()  # graphs have no cycles; the collector only costs time
    if options.command == "run":
        config = dict(options.set)
        planned = config.get("num_steps", DEFAULTS["num_steps"])
        steps = planned if options.steps is None else options.steps
        print(dense(run(config, read_lines(options.data), steps,
                        options.samples)))
    elif options.command == "check":
        wrong = check(options.parity, options.data, options.steps)
        if wrong:
            sys.exit("differs from microgpt.py in: " + ", ".join(wrong))
        print(f"equal to microgpt.py over {options.steps} steps")
    else:
        print(fixture())


if __name__ == "__main__":
    main()
