"""How the files of Fixtures/invalid are made: a valid file, one change."""

import re

from draft import Draft, Places, reseal, seal_directory, seal_header

SEALS = {
    "all": reseal, "directory": seal_directory, "header": seal_header,
    None: lambda file: None,
}


class Cases:
    """The invalid files so far, with their lines of the manifest."""

    def __init__(self, valid):
        self.valid = valid  # name: bytes
        self.entries = []
        self.files = {}

    def add(self, name, content, entry):
        if name in self.files:
            raise ValueError(f"{name} twice")
        self.files[name] = bytes(content)
        self.entries.append({"name": name, **entry})

    def binary(self, name, rule, reason, field, shows, *, base="example",
               change=None, poke=(), seal="all", offset=None, skip=0,
               cut=None, append=b"", shrink=False):
        """Adds a binary file.

        `change` alters the draft of the base; `poke` maps fields, or offsets,
        to bytes that replace theirs; `seal` says which checksums are made good
        then; `cut` and `append` change the length of the file at last. `shrink`
        is for a file that is long by a run of equal bytes: it is left out, and
        the manifest says how to put it in again.

        The offset in the manifest is that of the field, or `offset` (a number
        or a function of the places), plus `skip`.
        """
        draft = Draft(self.valid[base])
        if change:
            change(draft)
        file = draft.file()
        places = Places(bytes(file))
        for place, value in dict(poke).items():
            start = place if isinstance(place, int) else places.find(place)[0]
            assert file[start:start + len(value)] != value, (name, place)
            file[start:start + len(value)] = value
        SEALS[seal](file)
        if cut is not None:
            del file[cut:]
        file += append
        if offset is None:
            offset = places.find(field)[0]
        elif callable(offset):
            offset = offset(places)
        entry = {
            "rule": rule, "field": field, "offset": offset + skip,
            "reason": reason, "shows": shows,
        }
        if shrink:
            run = re.search(rb"(.)\1{999,}", file, re.DOTALL)
            entry["insert"] = {
                "offset": run.start(), "byte": run[1][0],
                "count": len(run[0])}
            del file[run.start():run.end()]
        self.add(f"{name}.mgpt", file, entry)

    def json(self, name, rule, field, shows, text):
        """Adds a twin; the place of the error is before `§` in the text."""
        before, mark, after = text.partition("§")
        if not mark or "§" in after:
            raise ValueError(f"{name} names no place")
        def encoded(text):
            # Bytes that are no UTF-8 come as U+DC80 to U+DCFF.
            return text.encode("utf-8", "surrogateescape")
        self.add(f"{name}.json", encoded(before + after), {
            "rule": rule, "field": field, "offset": len(encoded(before)),
            "reason": None, "shows": shows})
