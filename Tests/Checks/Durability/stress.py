#!/usr/bin/env python3
"""Saving survives whatever stops it: the old file is there, or the new one.

    Tests/Checks/Durability/stress.py .build/release [--kills 1000] [--all] [--seed 1]

Runs the built programs as a user does, over an old file and into an empty
folder, and disturbs them: kills at random moments, and at every system call
that matters a kill, a signal, an error, a short write (fault.c, Linux only);
then the conditions of conditions.py. With --all every way of saving is taken
through everything, which takes minutes. The seed is printed.
"""

import argparse
import collections
import errno
import random
import signal
import statistics
import subprocess
import sys
import tempfile
import time

import conditions
from saves import CANNOT_CREATE, CANNOT_WRITE, Bench


def kills_at_random(bench, options):
    """A kill comes at any moment, not only between system calls."""
    chance = random.Random(options.seed)
    # Larger than the other checks' model, so that a save takes its time.
    folder = bench.work.parent / "large"
    folder.mkdir()
    bench = Bench(options.programs, folder, width=192)
    share = -(-options.kills // len(bench.saves))
    outcomes = collections.Counter()
    for save in bench.saves.values():
        duration = statistics.median(
            finish(start(bench, save)) for _ in range(5))
        for trial in range(share):
            child, _ = start(bench, save)
            # Evenly over the duration and a tenth more, as runs differ.
            time.sleep((trial + chance.random()) / share * duration * 1.1)
            child.kill()
            if child.wait() == 0:
                outcomes["saves done before"] += 1
            state = bench.look(save)
            outcomes[f"targets {state.target}"] += 1
            outcomes["partial files left"] += state.has_partial
            bench.save_again(save)
    return f"{share * len(bench.saves)} kills: " + ", ".join(
        f"{count} {what}" for what, count in sorted(outcomes.items()))


def start(bench, save):
    """Starts a save over the old file: the process and the time."""
    bench.place(save)
    child = subprocess.Popen(
        save.command + ["--force"], cwd=bench.work, stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    return child, time.monotonic()


def finish(started):
    """Lets a save end: its duration."""
    child, begun = started
    assert child.wait() == 0
    return time.monotonic() - begun


def sweep(bench, save, action, force, thorough, **always):
    """Disturbs each call of a save in turn and looks what is left.

    Returns how often the target was old, new, or not there.
    """
    bench.place(save, has_old=force)
    calls = bench.run(save, force, at=0, **always).calls
    before = "old" if force else "none"
    outcomes = collections.Counter()
    for number, call in enumerate(calls, 1):
        bench.place(save, has_old=force)
        outcome = bench.run(save, force, at=number, do=action, **always)
        state = bench.look(save)
        what = f"{save.name}, {action} at {call} ({number}): {outcome}, {state}"
        assert state.target in (before, "new"), what
        kind, code = (action + " ").split(" ")[:2]
        if kind in ("before", "after"):
            # The trainer ends the step and the save that it is at.
            ends_itself = save.name == "train" and state.target == "new"
            assert outcome.code == -int(code) or (
                ends_itself and outcome.code == 128 + int(code)), what
        elif outcome.code == 0:
            assert state.target == "new", what
            # A name that could not be removed is a second one of the file.
            assert not state.has_partial or call == "unlink file", what
        else:
            bench.expect_failure(save, outcome, CANNOT_CREATE, CANNOT_WRITE)
            # The folder may not be on the device though the file is there.
            assert state.target == before or call.endswith("folder"), what
            # Without the lock the name may be another writer's.
            assert not state.has_partial or call == "flock file", what
        if action in ("short", f"fail {errno.EINTR}") and call.split()[0] in (
                "open", "flock", "pwrite", "fsync", "close"):
            assert outcome.code == 0, what
        outcomes[state.target] += 1
        if state.has_partial or thorough:
            bench.save_again(save)
    return outcomes


FEW = [f"before {signal.SIGKILL:d}", f"fail {errno.EIO}"]
SOME = FEW + [f"fail {errno.ENOSPC}", f"fail {errno.EINTR}", "short",
              f"before {signal.SIGTERM:d}"]
ALL = SOME + [f"after {signal.SIGKILL:d}", f"before {signal.SIGINT:d}",
              f"before {signal.SIGHUP:d}"]


def disturbances_at_every_call(bench, options):
    """Between two calls lies every state that a save can be left in."""
    total = collections.Counter()
    for save in bench.saves.values():
        actions = SOME if save.name == "raw" else FEW
        for action in ALL if options.all else actions:
            for force in (True, False):
                total += sweep(bench, save, action, force, options.all)
    return describe(total)


def disturbances_without_the_exclusive_rename(bench, options):
    """Where a file system lacks it, the file has two names for a moment."""
    total = collections.Counter()
    for code in (errno.EINVAL, errno.ENOSYS):
        for action in ALL if options.all else FEW:
            total += sweep(bench, bench.saves["raw"], action, False,
                           options.all, always=f"renameat2 {code}")
    return describe(total)


def describe(outcomes):
    return f"{sum(outcomes.values())} saves disturbed: " + ", ".join(
        f"target {what} {count}" for what, count in sorted(outcomes.items()))


CHECKS = [
    kills_at_random, disturbances_at_every_call,
    disturbances_without_the_exclusive_rename,
    *(check for name, check in vars(conditions).items()
      if name.startswith("check_")),
]


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("programs", help="their folder, as .build/release")
    parser.add_argument("--kills", type=int, default=40)
    parser.add_argument("--all", action="store_true")
    parser.add_argument("--seed", type=int, default=time.time_ns() % 10**6)
    parser.add_argument("--only", help="part of the name of the checks to run")
    options = parser.parse_args()
    if sys.platform != "linux":
        sys.exit("fault.c is for Linux")
    print(f"seed {options.seed}")
    with tempfile.TemporaryDirectory() as folder:
        bench = Bench(options.programs, folder)
        failures = 0
        for check in CHECKS:
            name = check.__name__.removeprefix("check_")
            if options.only and options.only not in name:
                continue
            begun = time.monotonic()
            try:
                verdict = f"ok      {name}: {check(bench, options)}"
            except Exception as error:  # of whatever kind: the next one runs
                verdict = f"FAILED  {name}: {error!r}"
                failures += 1
            print(f"{verdict} ({time.monotonic() - begun:.1f} s)", flush=True)
    sys.exit(1 if failures else 0)


if __name__ == "__main__":
    main()
