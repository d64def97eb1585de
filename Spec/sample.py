#!/usr/bin/env python3
"""Texts from MicroGPT checkpoints: section 14 of FORMAT.md as a program.

It is meant to be read beside that section, in its order, and needs mgpt.py and
the standard library only. Logits are computed in double precision.

    model = mgpt.load("names.mgpt")
    options = Options(temperature=0.8, top_k=5)
    text = generate(model, options, "Ma", seed=42, index=0)
    print("Ma" + text.continuation, text.ending, text.log_probabilities)
    score(model, "mary")

    python3 sample.py names.mgpt --prompt Ma --seed 42 -n 5 --top-k 5

What cannot be done raises ValueError: also weights or logits that are NaN or
infinite, which a checkpoint may hold and which give no text.
"""

from __future__ import annotations

import argparse
import ctypes
import math
import pathlib
import sys
from collections import namedtuple
from dataclasses import dataclass, field, fields

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))

import mgpt  # noqa: E402


def f32(number: float) -> float:
    """The nearest f32."""
    return ctypes.c_float(number).value


F32_MAX = (2 - 2**-23) * 2.0**127


# 5 What the codes of CONF mean

class Context:
    """The model at work on BOS and the tokens behind it."""

    def __init__(self, model: mgpt.Model):
        check_weights(model)
        self.model = model
        self.keys = [[] for _ in range(model.n_layer)]  # (positions, n_embd)
        self.values = [[] for _ in range(model.n_layer)]

    def logits(self, token: int) -> list[float]:
        """Those that follow from one more token."""
        model, weights = self.model, self.model.state_dict
        position = weights["wpe"][len(self.keys[0])]
        x = norm([t + p for t, p in zip(weights["wte"][token], position)])
        for i, (keys, values) in enumerate(zip(self.keys, self.values)):
            z = norm(x)
            q, k, v = (linear(z, weights[f"layer{i}.attn_w{part}"])
                       for part in "qkv")
            keys.append(k)
            values.append(v)
            y = attention(q, keys, values, model.n_head)
            x = add(x, linear(y, weights[f"layer{i}.attn_wo"]))
            hidden = linear(norm(x), weights[f"layer{i}.mlp_fc1"])
            x = add(x, linear([max(0.0, h) for h in hidden],
                              weights[f"layer{i}.mlp_fc2"]))
        logits = [f32(logit) for logit in linear(x, weights["lm_head"])]
        for following, logit in enumerate(logits):
            if not math.isfinite(logit):
                raise ValueError(
                    f"the logit of token {following} at position"
                    f" {len(self.keys[0]) - 1} is {logit}, expected a finite"
                    " number")
        return logits


def check_weights(model: mgpt.Model):
    for name, matrix in model.state_dict.items():
        for i, row in enumerate(matrix):
            if not all(map(math.isfinite, row)):
                j = next(j for j, w in enumerate(row) if not math.isfinite(w))
                raise ValueError(f"{name}[{i}][{j}] is {row[j]}, expected a"
                                 " finite number")


def norm(x):
    scale = (sum(e * e for e in x) / len(x) + 1e-5) ** -0.5
    return [e * scale for e in x]


def linear(x, rows):
    return [sum(w * e for w, e in zip(row, x)) for row in rows]


def add(x, y):
    return [a + b for a, b in zip(x, y)]


def attention(q, keys, values, n_head):
    width = len(q) // n_head
    y = []
    for start in range(0, len(q), width):
        head = slice(start, start + width)
        grades = [sum(a * b for a, b in zip(q[head], k[head])) / width ** 0.5
                  for k in keys]
        greatest = max(grades)
        shares = [math.exp(grade - greatest) for grade in grades]
        total = sum(shares)
        y += [sum(s * v[i] for s, v in zip(shares, values)) / total
              for i in range(start, start + width)]
    return y


# 6 Tokens

def encode(model: mgpt.Model, text: str) -> list[int]:
    tokens = {character: i for i, character in enumerate(model.uchars)}
    for character in text:
        if not {character, character.lower()} & tokens.keys():
            raise ValueError(f"{character!r} is not in the vocabulary")
    return [tokens.get(c, tokens.get(c.lower())) for c in text]


def decode(model: mgpt.Model, tokens: list[int]) -> str:
    return "".join(model.uchars[token] for token in tokens)


# 14.1 Random streams

WHOLE = 2**64 - 1
G = 0x9E3779B97F4A7C15


def mix64(z: int) -> int:
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9 & WHOLE
    z = (z ^ (z >> 27)) * 0x94D049BB133111EB & WHOLE
    return z ^ (z >> 31)


class Random:
    def __init__(self, seed: int, i: int):
        self.state = mix64(mix64(seed + G & WHOLE) ^ (i * G & WHOLE))

    def next(self) -> int:
        self.state = self.state + G & WHOLE
        return mix64(self.state)

    def next_unit(self) -> float:
        return (self.next() >> 11) * 2.0**-53


# 14.2 Options

@dataclass
class Options:
    temperature: float = 0.5
    top_k: int | None = None
    top_p: float = 1
    min_p: float = 0
    repetition_penalty: float = 1
    min_length: int = 0
    max_length: int | None = None
    allow_empty: bool = False
    slide: bool = False
    stop: list[str] = field(default_factory=list)
    ban: str = ""
    only: str | None = None
    force: dict[int, str] = field(default_factory=dict)

    def __post_init__(self):
        for name in ("temperature", "top_p", "min_p", "repetition_penalty"):
            setattr(self, name, f32(getattr(self, name)))
        for name, holds in (
                ("temperature", 0 <= self.temperature < math.inf),
                ("top_k", self.top_k is None or self.top_k >= 1),
                ("top_p", 0 < self.top_p <= 1),
                ("min_p", 0 <= self.min_p <= 1),
                ("repetition_penalty", 0 < self.repetition_penalty < math.inf),
                ("min_length", self.min_length >= 0),
                ("max_length", self.max_length is None
                 or self.max_length >= self.min_length),
                ("stop", all(self.stop)),
                ("force", all(place >= 0 for place in self.force))):
            if not holds:
                raise ValueError(f"{name} is outside its limits")


# 14.3 A token

def draw(logits: list[float], barred: set[int], context: list[int],
         options: Options, random: Random) -> int:
    logits = penalized(logits, context, options.repetition_penalty)
    logits = [-math.inf if token in barred else logit
              for token, logit in enumerate(logits)]
    if options.temperature == 0:
        return likeliest(logits)
    weights = weights_at(options.temperature, logits)
    weights = top_k(weights, options.top_k)
    weights = top_p(weights, options.top_p)
    weights = min_p(weights, options.min_p)
    return choice(weights, random.next_unit())


def penalized(logits, context, r):
    present = set(context)
    return [logit if token not in present
            else finite(f32(logit / r if logit > 0 else logit * r))
            for token, logit in enumerate(logits)]


def finite(number):
    return max(-F32_MAX, min(number, F32_MAX))


def likeliest(logits):
    return logits.index(max(logits))


def weights_at(temperature, logits):
    greatest = max(logits)
    return [f32(math.exp(f32(f32(logit - greatest) / temperature)))
            for logit in logits]


def falling(weights):
    """The tokens in order of falling weight, of equal ones the lowest first."""
    return sorted(range(len(weights)), key=lambda token: -weights[token])


def only_of(tokens, weights):
    return [weight if token in tokens else 0.0
            for token, weight in enumerate(weights)]


def top_k(weights, k):
    return only_of(set(falling(weights)[:k]), weights)


def top_p(weights, p):
    if p == 1:
        return weights
    aim, total, kept = p * added_up(weights)[-1], 0.0, set()
    for token in falling(weights):
        if total >= aim:
            break
        total += weights[token]
        kept.add(token)
    return only_of(kept, weights)


def min_p(weights, p):
    return [0.0 if weight < p else weight for weight in weights]


def choice(weights, unit):
    sums = added_up(weights)
    u = unit * sums[-1]
    return next(token for token, s in enumerate(sums) if s > u)


def added_up(weights):
    # In this order; sum() is free to be more exact.
    sums, total = [], 0.0
    for weight in weights:
        total += weight
        sums.append(total)
    return sums


# 14.4 A text

# `ending` is "stop", "stop_string" or "length".
Text = namedtuple("Text", "continuation ending log_probabilities")


def generate(model: mgpt.Model, options: Options, prompt: str = "",
             seed: int = 0, index: int = 0) -> Text:
    before, size, bos = encode(model, prompt), model.block_size, model.BOS
    limit = math.inf if options.max_length is None else options.max_length
    if not options.slide:
        if len(before) >= size:
            raise ValueError(f"the prompt has more than {size - 1} characters")
        limit = min(limit, size - len(before))
    force = {place: encode(model, c)[0] for place, c in options.force.items()}
    barred = {token for token, c in enumerate(model.uchars)
              if c in options.ban
              or (options.only is not None and c not in options.only)}
    if len(barred) == bos:
        raise ValueError("ban and only leave no character")
    stops = [list(stop) for stop in options.stop]
    random = Random(seed, index)

    continuation, log_probabilities = [], []

    def end(ending):
        return Text(decode(model, continuation), ending, log_probabilities)

    start, unread, context = 0, [bos, *before], Context(model)
    if limit == 0:
        return end("length")
    while True:
        text = before + continuation
        if len(text) - start >= size:
            start = len(text) - size // 2
            unread, context = [bos, *text[start:]], Context(model)
        for token in unread:
            logits = context.logits(token)
        place = len(continuation)
        if place in force:
            token = force[place]
        else:
            may_end = ((text or options.allow_empty)
                       and place >= options.min_length
                       and place > max(force, default=-1))
            token = draw(logits, barred if may_end else barred | {bos},
                         text[start:], options, random)
        if token == bos:
            return end("stop")
        continuation.append(token)
        log_probabilities.append(log_probability(logits, token))
        written = list(decode(model, continuation))
        found = max((len(stop) for stop in stops
                     if written[-len(stop):] == stop), default=0)
        if found:
            del continuation[-found:], log_probabilities[-found:]
            return end("stop_string")
        if len(continuation) == limit:
            return end("length")
        unread = [token]


# 14.5 Log-probabilities

def log_probability(logits: list[float], token: int) -> float:
    m = max(logits)
    total = added_up(f32(math.exp(f32(logit - m))) for logit in logits)[-1]
    return logits[token] - (m + math.log(total))


def score(model: mgpt.Model, text: str) -> tuple[list[float], float | None]:
    """The log-probabilities of the characters, and that of the end."""
    tokens, context = encode(model, text), Context(model)
    if len(tokens) > model.block_size:
        raise ValueError(f"the text is longer than {model.block_size}")
    inputs = [model.BOS, *tokens][:model.block_size]
    result = [log_probability(context.logits(token), following)
              for token, following in zip(inputs, [*tokens, model.BOS])]
    return result[:len(tokens)], dict(enumerate(result)).get(len(tokens))


# The command line

def place_and_character(text: str) -> tuple[int, str]:
    place, _, character = text.partition("=")
    if not place.isdecimal() or len(character) != 1:
        raise argparse.ArgumentTypeError("expected PLACE=CHARACTER")
    return int(place), character


def main() -> int:
    parser = argparse.ArgumentParser(description="Generates text.")
    parser.add_argument("file")
    parser.add_argument("--prompt", default="")
    parser.add_argument("-n", "--count", type=int, default=1)
    parser.add_argument("--seed", type=int, default=0)
    for option in fields(Options):
        form = {"stop": {"action": "append", "default": []},
                "force": {"action": "append", "default": [],
                          "type": place_and_character},
                "ban": {"default": ""}, "only": {},
                "slide": {"action": "store_true"},
                "allow_empty": {"action": "store_true"}}.get(option.name)
        parser.add_argument(
            "--" + option.name.replace("_", "-"), **(form or {
                "type": float if "float" in option.type else int,
                "default": option.default}))
    given = vars(parser.parse_args())
    file, prompt, count, seed = (
        given.pop(key) for key in ("file", "prompt", "count", "seed"))
    try:
        model = mgpt.load(file)
        options = Options(**{**given, "force": dict(given["force"])})
        for index in range(count):
            text = generate(model, options, prompt, seed, index)
            print(prompt + text.continuation)
    except (OSError, ValueError) as error:
        print(f"sample.py: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
