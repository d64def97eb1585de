#!/usr/bin/env python3
"""Makes texts.json, texts that any sampler gives, and letters.mgpt.

    python3 Fixtures/texts.py            writes both anew
    python3 Fixtures/texts.py --check    fails if one differs

The texts are those of ../Spec/sample.py. No rounding error decides about any of
them: a case in which something lies closer than MARGIN to a border is refused.
"""

import json
import math
import pathlib
import random
import sys

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parent / "Spec"), str(HERE / "generator")]
sys.dont_write_bytecode = True

import mgpt  # noqa: E402
import sample  # noqa: E402
import text_cases  # noqa: E402

# Of a share of chance, of the logarithm of one, or of a logit.
MARGIN = 1e-4


class TooClose(Exception):
    """A rounding error might decide here."""


def need(distance, place):
    if abs(distance) < MARGIN:
        raise TooClose(f"{place}: {distance:.1e} from a border")


def near(weights, kept):
    """How much more than the first of the others the last of some has, as a
    logarithm."""
    last = min(weights[token] for token in kept)
    others = max((weight for token, weight in enumerate(weights)
                  if token not in kept), default=0)
    return math.log(last / others) if last > 0 and others > 0 else math.inf


def above_zero(weights):
    return {token for token, weight in enumerate(weights) if weight > 0}


def watch(name, borders):
    """Has a step of the sampler refuse what lies too close to a border."""
    step = getattr(sample, name)

    def watched(*arguments):
        result = step(*arguments)
        for distance in borders(result, *arguments):
            need(distance, name)
        return result
    setattr(sample, name, watched)


def borders_of_likeliest(token, logits):
    others = (l for other, l in enumerate(logits) if other != token)
    yield logits[token] - max(others)


def borders_of_top_k(result, weights, k):
    if k is not None:
        yield near(weights, above_zero(result))


def borders_of_top_p(result, weights, p):
    if p < 1:
        kept = above_zero(result)
        yield near(weights, kept)
        total, share = math.fsum(weights), math.fsum(result)
        yield share / total - p
        if len(kept) > 1:
            yield (share - min(weights[token] for token in kept)) / total - p


def borders_of_min_p(result, weights, p):
    if p > 0:
        # The greatest weight is 1 by definition, so it is never below p.
        yield from (math.log(weight / p) for weight in weights
                    if 0 < weight < 1)


def borders_of_choice(token, weights, unit):
    sums = sample.added_up(weights)
    inner = (s / sums[-1] for s in sums)
    # Below the first token and above the last there is nothing else.
    yield from (share - unit for share in inner if 0 < share < 1)


for name in ("likeliest", "top_k", "top_p", "min_p", "choice"):
    watch(name, globals()[f"borders_of_{name}"])


def letters():
    """A model of two layers with random weights, f16, whose vocabulary has
    characters of one to four bytes and some of both cases."""
    chance = random.Random(6)
    vocab = "-Babeßéж美\U00010428\U0001f600"
    config = {"n_layer": 2, "n_head": 3, "n_embd": 12, "block_size": 7,
              "vocab_size": len(vocab) + 1}
    tensors = [
        mgpt.Tensor(name, "weight", "f16", shape, "raw", b"".join(
            mgpt.from_float("f16", chance.uniform(-0.5, 0.5))
            for _ in range(math.prod(shape))))
        for name, shape in mgpt.shapes(config).items()]
    return mgpt.serialize(mgpt.Checkpoint(config, vocab, tensors))


def rounded(numbers):
    """Decimals that no libm has another opinion of."""
    return [round(number, 6) for number in numbers]


def text_entry(models, case, index):
    given = dict(case["options"])
    given["force"] = dict(given.get("force", []))
    text = sample.generate(
        models[case["model"]], sample.Options(**given), case["prompt"],
        case["seed"], index)
    return {
        "shows": case["shows"], "model": case["model"],
        "options": case["options"], "prompt": case["prompt"],
        # As strings: many a JSON library reads numbers as doubles.
        "seed": str(case["seed"]), "index": str(index),
        "text": case["prompt"] + text.continuation,
        "continuation": text.continuation, "ending": text.ending,
        "log_probabilities": rounded(text.log_probabilities)}


def score_entry(models, model, text):
    characters, end = sample.score(models[model], text)
    return {"model": model, "text": text,
            "log_probabilities": rounded(characters),
            "end_log_probability": None if end is None else round(end, 6)}


def entries():
    """What texts.json holds."""
    models = {name: mgpt.load(str(HERE / name)) for name in text_cases.MODELS}
    texts, faults = [], []
    for case in text_cases.TEXTS:
        for index in case["indices"]:
            try:
                texts.append(text_entry(models, case, index))
            except TooClose as fault:
                faults.append(f"{case['shows']}, index {index}: {fault}")
    if faults:
        sys.exit("\n".join(faults))
    scores = [score_entry(models, *one) for one in text_cases.SCORES]
    return {"texts": texts, "scores": scores}


def lines(entries):
    """JSON with a line for each entry."""
    lists = [f'  "{key}": [\n' + ",\n".join(
        "    " + json.dumps(one, ensure_ascii=False) for one in ones)
        + "\n  ]" for key, ones in entries.items()]
    return "{\n" + ",\n".join(lists) + "\n}\n"


def main():
    is_check, differs = sys.argv[1:] == ["--check"], False
    for name, make in (("letters.mgpt", letters),
                       ("texts.json", lambda: lines(entries()).encode())):
        content, path = make(), HERE / name
        if not is_check:
            path.write_bytes(content)
        elif not path.exists() or path.read_bytes() != content:
            print(f"{name} differs", file=sys.stderr)
            differs = True
    return 1 if differs else 0


if __name__ == "__main__":
    sys.exit(main())
