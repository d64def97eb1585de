#!/usr/bin/env python3
"""Has the C library give the texts and scores of Fixtures/texts.json.

    python3 Tests/Checks/CLibrary/texts.py LIBRARY

LIBRARY is libmicrogpt.so, as installed.
"""

import ctypes as c
import json
import pathlib
import sys

FIXTURES = pathlib.Path(__file__).resolve().parents[3] / "Fixtures"
TOLERANCE = 1e-4  # of log-probabilities
ENDINGS = ("none", "stop", "length", "stop_string")


class Forced(c.Structure):  # microgpt_forced
    _fields_ = [("position", c.c_uint64), ("character", c.c_uint32)]


class Options(c.Structure):  # microgpt_options
    _fields_ = [
        ("size", c.c_size_t), ("seed", c.c_uint64), ("temperature", c.c_float),
        ("top_p", c.c_float), ("min_p", c.c_float),
        ("repetition_penalty", c.c_float), ("top_k", c.c_uint64),
        ("min_length", c.c_uint64), ("max_length", c.c_uint64),
        ("stop", c.POINTER(c.c_char_p)), ("stop_count", c.c_size_t),
        ("ban", c.c_char_p), ("only", c.c_char_p),
        ("force", c.POINTER(Forced)), ("force_count", c.c_size_t),
        ("allow_empty", c.c_int32), ("slide", c.c_int32),
        ("reports_log_probabilities", c.c_int32)]


class Character(c.Structure):  # microgpt_character
    _fields_ = [
        ("log_probability", c.c_double), ("character", c.c_uint32),
        ("token", c.c_uint32), ("utf8", c.c_char * 8)]


class Library:
    def __init__(self, path):
        self.functions = c.CDLL(path)
        self.error = c.create_string_buffer(512)  # a microgpt_error

    def call(self, name, *arguments):
        status = getattr(self.functions, "microgpt_" + name)(
            *arguments, self.error)
        if status < 0:
            raise ValueError(self.error.value.decode())
        return status

    def open(self, path, threads):
        model = c.c_void_p()
        self.call("model_open", str(path).encode(), 0, threads, c.byref(model))
        return model

    def options(self, text):
        options = Options()
        self.call(
            "options_init", c.byref(options), c.c_size_t(c.sizeof(options)))
        options.seed = int(text["seed"])
        options.reports_log_probabilities = 1
        for name, value in text["options"].items():
            if name == "stop":
                value = (c.c_char_p * len(value))(*(s.encode() for s in value))
                options.stop_count = len(value)
            elif name == "force":
                value = (Forced * len(value))(
                    *((position, ord(character)) for position, character in value))
                options.force_count = len(value)
            elif isinstance(value, str):
                value = value.encode()
            setattr(options, name, value)
        return options

    def beginning(self, model, text):
        """What both ways to generate it begin with."""
        return (model, text["prompt"].encode(), c.byref(self.options(text)),
                c.c_uint64(int(text["index"])))

    def generate(self, model, text):
        """The whole text."""
        result = c.c_char_p()
        self.call(
            "model_generate", *self.beginning(model, text), c.byref(result), None)
        string = result.value.decode()
        self.functions.microgpt_free(result)
        return string

    def characters(self, model, text):
        """The continuation character by character, its chances, its ending."""
        handle = c.c_void_p()
        self.call(
            "text_begin", *self.beginning(model, text), c.byref(handle))
        continuation, chances, one = "", [], Character()
        while self.call("text_next", handle, c.byref(one)) == 0:
            continuation += one.utf8.decode()
            chances.append(one.log_probability)
        ending = ENDINGS[self.functions.microgpt_text_finish_reason(handle)]
        self.functions.microgpt_text_free(handle)
        return continuation, chances, ending

    def score(self, model, text):
        room, count = (c.c_double * 4096)(), c.c_size_t()
        self.call(
            "model_score", model, text.encode(), room, c.c_size_t(4096),
            c.byref(count))
        return room[:count.value]


def close(found, expected):
    return len(found) == len(expected) and all(
        abs(a - b) <= TOLERANCE for a, b in zip(found, expected))


def main():
    library = Library(sys.argv[1])
    fixture = json.loads((FIXTURES / "texts.json").read_text("utf-8"))
    wrong = count = 0
    models = {}
    for threads in (1, 2):
        for text in fixture["texts"]:
            # A C string has none of these.
            if "\0" in text["text"] + text["prompt"] + str(text["options"]):
                continue
            key = text["model"], threads
            if key not in models:
                models[key] = library.open(FIXTURES / text["model"], threads)
            continuation, chances, ending = library.characters(
                models[key], text)
            count += 1
            # A text that might never end is to be had only in this way.
            found = text["prompt"] + continuation
            if not text["options"].get("slide") or (
                    "max_length" in text["options"]):
                found = library.generate(models[key], text)
            if (found, continuation, ending) != (
                    text["text"], text["continuation"], text["ending"]) or (
                    not close(chances, text["log_probabilities"])):
                wrong += 1
                print(f"{text['shows']}: {found!r}, expected {text['text']!r}")
    for score in fixture["scores"]:
        expected = score["log_probabilities"] + [
            value for value in [score["end_log_probability"]]
            if value is not None]
        count += 1
        if not close(library.score(models[score["model"], 1], score["text"]),
                     expected):
            wrong += 1
            print(f"the score of {score['text']!r} differs")
    for model in models.values():
        library.functions.microgpt_model_close(model)
    print(f"{count} texts and scores, {wrong} differences")
    sys.exit(wrong > 0)


if __name__ == "__main__":
    main()
