"""What the checks of durability share: the programs, the ways in which they
save, and a look at the folder afterwards."""

import os
import pathlib
import shutil
import subprocess
import typing

HERE = pathlib.Path(__file__).resolve().parent
# Exit codes: a damaged input; an output that cannot be created, as one that
# exists without --force; one that cannot be written to its end.
BAD_DATA, CANNOT_CREATE, CANNOT_WRITE = 65, 73, 74


class Save(typing.NamedTuple):
    """A command that writes `target`, and what that holds before and after."""
    name: str
    command: list
    target: str
    old: bytes
    new: bytes


class Outcome(typing.NamedTuple):
    code: int  # negative: the signal
    errors: list  # the lines of standard error that report an error
    calls: list  # what fault.c counted, as "pwrite file"


class State(typing.NamedTuple):
    target: str  # "none", "old", "new" or "theirs"
    has_partial: bool


class Bench:
    """A folder with two models, and the built programs."""

    def __init__(self, programs, folder, width=64):
        self.programs = pathlib.Path(programs).resolve()
        self.inputs = pathlib.Path(folder) / "inputs"
        self.work = pathlib.Path(folder) / "work"
        self.log = pathlib.Path(folder) / "calls"
        self.library = pathlib.Path(folder) / "fault.so"
        # Where the trainer saves what it cannot save elsewhere.
        self.temporary = pathlib.Path(folder) / "temporary"
        self.temporary.mkdir()
        self.inputs.mkdir()
        self.work.mkdir()
        # A machine with Swift has clang, if nothing else.
        compiler = shutil.which("cc") or shutil.which("clang")
        subprocess.run(
            [compiler, "-shared", "-fPIC", "-Wall", "-Wextra", "-Werror",
             "-o", self.library, HERE / "fault.c", "-ldl"], check=True)
        self.train = self.tool("mgpt-train") + [
            "--steps", "1", "--samples", "0", "--threads", "1",
            "--n-embd", str(width), "--codec", "raw"]
        self.convert = self.tool("mgpt-convert")
        for age, seed in [("old", "1"), ("new", "2")]:
            self.quietly(self.train + ["--seed", seed, "-o", f"{age}.mgpt"])
            self.quietly(self.convert + [f"{age}.mgpt", f"{age}.json"])
            self.quietly(self.convert + [
                f"{age}.mgpt", f"{age}-zlib.mgpt", "--codec", "zlib"])
        self.saves = self.ways()

    def tool(self, name):
        return [str(self.programs / name)]

    def quietly(self, command):
        subprocess.run(command, cwd=self.inputs, check=True,
                       stderr=subprocess.DEVNULL)

    def read(self, name):
        return (self.inputs / name).read_bytes()

    def ways(self):
        """The ways to save, each with other code behind it."""
        binary = str(self.inputs / "new.mgpt")
        text = str(self.inputs / "new.json")

        def converting(name, source, target, kind, *options):
            return Save(
                name, self.convert + [source, target, *options], target,
                self.read("old" + kind), self.read("new" + kind))

        return {
            save.name: save for save in [
                converting("raw", binary, "out.mgpt", ".mgpt"),
                converting("zlib", binary, "out.mgpt", "-zlib.mgpt",
                           "--codec", "zlib"),
                converting("to JSON", binary, "out.json", ".json"),
                converting("from JSON", text, "out.mgpt", ".mgpt"),
                Save("train", self.train + ["--seed", "2", "-o", "out.mgpt"],
                     "out.mgpt", self.read("old.mgpt"), self.read("new.mgpt")),
            ]
        }

    def place(self, save, has_old=True, folder=None):
        """Empties the folder but for the old file, if there is to be one."""
        folder = folder or self.work
        for path in folder.iterdir():
            path.unlink()
        if has_old:
            (folder / save.target).write_bytes(save.old)

    def run(self, save, force=True, folder=None, prepare=None, **faults):
        """Saves, disturbed as the faults say (see fault.c)."""
        environment = dict(os.environ, TMPDIR=str(self.temporary))
        if faults:
            self.log.unlink(missing_ok=True)
            environment["LD_PRELOAD"] = str(self.library)
            environment["FAULT_NAME"] = save.target
            environment["FAULT_LOG"] = str(self.log)
            for key, value in faults.items():
                environment["FAULT_" + key.upper()] = str(value)
        done = subprocess.run(
            save.command + (["--force"] if force else []),
            cwd=folder or self.work, env=environment, timeout=120,
            preexec_fn=prepare, stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        assert not done.stdout, f"{save.name}: text on standard output"
        calls = self.log.read_text().splitlines() if faults else []
        # Beside the target too, unless it cannot be written there.
        beside = pathlib.Path(folder or self.work).glob("*.rescued-*.mgpt")
        for rescued in [*self.temporary.iterdir(), *beside]:
            rescued.unlink()
        lines = done.stderr.decode().splitlines()
        return Outcome(
            done.returncode, [l for l in lines if "error:" in l], calls)

    def look(self, save, folder=None):
        """What is in the folder, which holds nothing but what it may."""
        folder = folder or self.work
        names = {path.name for path in folder.iterdir()}
        partial = save.target + ".partial"
        assert names <= {save.target, partial}, f"unexpected: {names}"
        if save.target not in names:
            return State("none", partial in names)
        bytes = (folder / save.target).read_bytes()
        known = {save.old: "old", save.new: "new", b"theirs\n": "theirs"}
        assert bytes in known, (
            f"{save.name}: the target is neither the old nor the new file but"
            f" {len(bytes)} bytes that begin {bytes[:16].hex()}")
        return State(known[bytes], partial in names)

    def expect(self, save, target, folder=None):
        """Fails unless the target is as said, and alone in its folder."""
        state = self.look(save, folder)
        assert state == State(target, False), f"{save.name}: {state}"

    def save_again(self, save, folder=None):
        """The next save succeeds and leaves nothing but the new file."""
        outcome = self.run(save, folder=folder)
        assert outcome.code == 0, f"{save.name}: the next save: {outcome}"
        self.expect(save, "new", folder)

    def expect_failure(self, save, outcome, *codes):
        """Fails unless the program ended by itself, with one sentence."""
        assert outcome.code in codes and len(outcome.errors) == 1, (
            f"{save.name}: {outcome.code} {outcome.errors}")

