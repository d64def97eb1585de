"""Conditions under which a save fails or meets others: each check is a
function with a sentence of why; stress.py runs those named check_…."""

import collections
import contextlib
import ctypes
import errno
import mmap
import os
import pathlib
import resource
import signal
import subprocess
import threading
import time

from saves import BAD_DATA, CANNOT_CREATE, CANNOT_WRITE


def check_order_of_calls(bench, options):
    """A loss of power spares the file only if the bytes are on the device
    before the name is, and the lock must outlast it all."""
    for save in bench.saves.values():
        for force, name in [(True, "rename"), (False, "renameat2")]:
            bench.place(save, has_old=force)
            calls = bench.run(save, force, at=0).calls
            saving = calls[calls.index("close file") + 1:]  # the trial is over
            essential = [call for call in saving if call != "pwrite file"]
            assert essential == [
                "readlink file", "open file", "flock file", "fsync file",
                f"{name} file", "open folder", "fsync folder", "close folder",
                "close file"], (save.name, essential)
            written = [i for i, c in enumerate(saving) if c == "pwrite file"]
            assert written and (
                saving.index("flock file") < written[0]
                and written[-1] < saving.index("fsync file")), saving
    return "lock, write, fsync, rename, fsync of the folder, unlock"


def check_calls_that_always_fail(bench, options):
    """A file system may lack a call altogether, not only once."""
    save = bench.saves["raw"]
    for call, code, force, target in [
            ("fsync", errno.EIO, True, "old"),
            ("close", errno.EIO, True, "new"),  # after fsync all is said
            ("rename", errno.EIO, True, "old"),
            ("renameat2", errno.EINVAL, False, "new"),  # link serves
            ("renameat2", errno.ENOSYS, False, "new"),
            ("renameat2", errno.EPERM, False, "none"),
            ("open", errno.EROFS, True, "old"),
            ("pwrite", errno.EDQUOT, True, "old")]:
        bench.place(save, has_old=force)
        outcome = bench.run(save, force, always=f"{call} {code}")
        if target == "new":
            assert outcome.code == 0, (call, outcome)
        else:
            bench.expect_failure(save, outcome, CANNOT_CREATE, CANNOT_WRITE)
        bench.expect(save, target)
    # Without locks nothing is written; the empty file that is left goes.
    bench.place(save)
    outcome = bench.run(save, always=f"flock {errno.ENOLCK}")
    bench.expect_failure(save, outcome, CANNOT_CREATE)
    assert bench.look(save).target == "old"
    bench.save_again(save)
    return "each ends in one sentence or is made up for"


# MARK: Room and permission

@contextlib.contextmanager
def small_disk(folder, kibibytes):
    """A file system of a given size, if this user may mount one."""
    size = f"size={kibibytes}k"
    done = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", size, "tmpfs", folder],
        stderr=subprocess.DEVNULL)
    try:
        yield done.returncode == 0
    finally:
        if done.returncode == 0:
            subprocess.run(["umount", folder], check=True)


def check_full_disk(bench, options):
    """The old file is worth most when there is no room for a new one."""
    folder = bench.work.parent / "disk"
    folder.mkdir(exist_ok=True)
    count = 0
    for save in bench.saves.values():
        for share in (0, 0.3, 0.6, 0.9):  # of the new one, beside the old
            room = len(save.old) + share * len(save.new) + 8192
            with small_disk(folder, int(room) // 1024) as is_mounted:
                if not is_mounted:
                    return "left out: this user may not mount a small disk"
                bench.place(save, folder=folder)
                outcome = bench.run(save, folder=folder)
                bench.expect_failure(save, outcome, CANNOT_CREATE, CANNOT_WRITE)
                bench.expect(save, "old", folder)
                count += 1
    return f"{count} times old file kept, no partial left"


def check_size_limit(bench, options):
    """A file over the size that a user may write would end the program with a
    signal, and a partial file would stay."""
    for save in bench.saves.values():
        for limit in (0, 1, 4096, len(save.new) // 2, len(save.new) - 1):
            bench.place(save)
            outcome = bench.run(save, prepare=lambda: resource.setrlimit(
                resource.RLIMIT_FSIZE, (limit, limit)))
            bench.expect_failure(save, outcome, CANNOT_WRITE)
            bench.expect(save, "old")
    return "old file kept, no partial left"


def check_full_output(bench, options):
    """What is piped to a full disk must not seem to be whole."""
    source = str(bench.inputs / "new.mgpt")
    for kind in ("json", "binary"):
        with open("/dev/full", "wb") as full:
            done = subprocess.run(
                bench.convert + [source, "-", "--to", kind], stdout=full,
                stderr=subprocess.PIPE)
        assert done.returncode == CANNOT_WRITE, (kind, done)
        assert len(done.stderr.splitlines()) == 1, done.stderr
    return "one sentence, exit 74"


def without_privileges():
    """In the child: root keeps its name but obeys the modes of files."""
    if os.geteuid() == 0:
        drop_from_bounding_set = 24  # PR_CAPBSET_DROP
        for capability in (1, 2, 3):  # dac_override, dac_read_search, fowner
            ctypes.CDLL(None).prctl(
                drop_from_bounding_set, capability, 0, 0, 0)


def check_read_only_folder(bench, options):
    """Where no file can be made, the old one cannot be replaced safely: it
    stays, though its own mode would let it be overwritten."""
    for save in bench.saves.values():
        bench.place(save)
        bench.work.chmod(0o555)
        try:
            outcome = bench.run(save, prepare=without_privileges)
        finally:
            bench.work.chmod(0o755)
        bench.expect_failure(save, outcome, CANNOT_CREATE)
        bench.expect(save, "old")
    return "exit 73, old file kept"


# MARK: Names

def check_links(bench, options):
    """A link is somebody's arrangement: the file behind it is replaced."""
    save = bench.saves["raw"]
    elsewhere = bench.work.parent / "elsewhere"
    elsewhere.mkdir(exist_ok=True)
    link, real = bench.work / save.target, elsewhere / save.target
    for has_old in (True, False):
        for hops in (1, 3):
            bench.place(save, has_old, folder=elsewhere)
            bench.place(save, has_old=False)
            names = [real] + [bench.work / f"hop{i}" for i in range(1, hops)]
            for to, name in zip(names, names[1:] + [link]):
                name.symlink_to(os.path.relpath(to, name.parent))
            number = len(list(bench.work.iterdir()))
            outcome = bench.run(save, force=False)
            if has_old:
                bench.expect_failure(save, outcome, CANNOT_CREATE)
                bench.expect(save, "old", elsewhere)
                outcome = bench.run(save)
            assert outcome.code == 0, outcome
            bench.expect(save, "new", elsewhere)
            assert link.is_symlink()
            assert len(list(bench.work.iterdir())) == number
    return "links to a file, to nothing and to links stay links"


def check_targets_that_cannot_be(bench, options):
    """What is no file is not replaced by one, and nothing is left beside."""
    def refused(name, prepare, save=bench.saves["raw"]):
        bench.place(save, has_old=False)
        made = bench.work / name
        prepare(made)
        before = sorted(bench.work.rglob("*"))
        outcome = bench.run(save._replace(command=[
            name if part == save.target else part for part in save.command]))
        bench.expect_failure(save, outcome, CANNOT_CREATE)
        assert sorted(bench.work.rglob("*")) == before, name
        if made.is_dir() and not made.is_symlink():
            made.rmdir()

    refused("folder.mgpt", lambda path: path.mkdir())
    refused("to-folder.mgpt", lambda path: path.symlink_to(bench.inputs))
    refused("loop.mgpt", lambda path: path.symlink_to(path.name))
    # A run saves again and again, so it has no use for what is not replaced.
    train = bench.saves["train"]
    refused("pipe.mgpt", os.mkfifo, train)
    refused("full.mgpt", lambda path: path.symlink_to("/dev/full"), train)
    refused("astray.mgpt", lambda path: path.symlink_to("no/such.mgpt"))
    refused("n" * 250 + ".mgpt", lambda path: None)
    save = bench.saves["raw"]
    bench.place(save)
    blocking = bench.work / (save.target + ".partial")
    blocking.mkdir()
    outcome = bench.run(save)
    blocking.rmdir()
    bench.expect_failure(save, outcome, CANNOT_CREATE)
    bench.expect(save, "old")
    return "exit 73, nothing left"


def check_streams(bench, options):
    """Bytes go straight to what is not replaced."""
    for save in (bench.saves["raw"], bench.saves["to JSON"]):
        bench.place(save, has_old=False)
        target = bench.work / save.target
        target.symlink_to("/dev/full")
        bench.expect_failure(save, bench.run(save), CANNOT_WRITE)
        assert os.readlink(target) == "/dev/full"
        target.unlink()
        os.mkfifo(target)
        copy = bench.work.parent / "copy"
        with open(copy, "wb") as file, subprocess.Popen(
                ["cat", target], stdout=file):
            outcome = bench.run(save)
        assert copy.read_bytes() == save.new
        copy.unlink()
        assert outcome.code == 0, outcome
        assert target.is_fifo() and len(list(bench.work.iterdir())) == 1
        target.unlink()
    return "devices and pipes stay, and get the bytes"


def check_leftovers(bench, options):
    """What has the partial file's name is removed, and never written to."""
    save = bench.saves["raw"]
    other = bench.work.parent / "other"
    partial = bench.work / (save.target + ".partial")

    def put_file(mode):
        partial.write_bytes(b"left over")
        partial.chmod(mode)

    for put, always in [
            (lambda: put_file(0o644), ""), (lambda: put_file(0o444), ""),
            (lambda: put_file(0o644), "nfs"),
            (lambda: partial.symlink_to(other), ""),
            (lambda: os.link(other, partial), ""),
            (lambda: os.mkfifo(partial), "")]:
        other.write_bytes(b"somebody's")
        bench.place(save)
        put()
        outcome = bench.run(save, prepare=without_privileges, always=always)
        assert outcome.code == 0, outcome
        bench.expect(save, "new")
        assert other.read_bytes() == b"somebody's"
        other.unlink()
    return "files, links and pipes go"


# MARK: Others

def check_race_for_a_new_name(bench, options):
    """Without --force an existing file stays, whenever it came to exist."""
    outcomes = collections.Counter()
    for save in bench.saves.values():
        for always in ({}, {"always": f"renameat2 {errno.EINVAL}"}):
            bench.place(save, has_old=False)
            calls = bench.run(save, False, at=0, **always).calls
            for number in range(1, len(calls) + 1):
                bench.place(save, has_old=False)
                outcome = bench.run(
                    save, False, at=number, do=f"make {save.target}", **always)
                if "made file" in outcome.calls:
                    bench.expect_failure(save, outcome, CANNOT_CREATE)
                    bench.expect(save, "theirs")
                    outcomes["came first"] += 1
                else:
                    assert outcome.code == 0, outcome
                    bench.expect(save, "new")
                    outcomes["came too late"] += 1
            if not options.all and save.name == "raw" and always:
                return describe(outcomes)
    return describe(outcomes)


def describe(outcomes):
    return ", ".join(f"{what} {count}" for what, count in outcomes.items())


def check_two_writers(bench, options):
    """Two saves of one target at once: one wins, or both in turn, and the
    file is one of theirs."""
    outcomes = collections.Counter()
    mixed = bench.saves["raw"]
    for force in (True, False):
        for trial in range(200 if options.all else 30):
            bench.place(mixed, has_old=force)
            writers = [subprocess.Popen(
                bench.convert + [str(bench.inputs / source), mixed.target]
                + (["--force"] if force else []),
                cwd=bench.work, stderr=subprocess.PIPE)
                for source in ("old.mgpt", "new.mgpt")]
            errors = [writer.communicate()[1] for writer in writers]
            codes = sorted(writer.returncode for writer in writers)
            assert codes == [0, CANNOT_CREATE] or force and codes == [0, 0], (
                codes, errors)
            if codes == [0, CANNOT_CREATE]:
                won = writers[0].returncode == 0
                bench.expect(mixed, "old" if won else "new")
            state = bench.look(mixed)
            assert state.target in ("old", "new") and not state.has_partial
            outcomes["one won" if codes[1] else "both in turn"] += 1
    return describe(outcomes)


def check_a_stolen_partial(bench, options):
    """Somebody removes the partial file of a running save, and another writer
    takes its name: what is not whole must not become the target."""
    save = bench.saves["raw"]
    bench.place(save)
    calls = bench.run(save, at=0).calls
    at = calls.index("fsync file") + 1
    bench.place(save)
    partial = bench.work / (save.target + ".partial")
    # The program stops before fsync, so that this one can do harm.
    log = bench.log
    done = []
    worker = threading.Thread(target=lambda: done.append(
        bench.run(save, at=at, do=f"before {signal.SIGSTOP:d}")))
    worker.start()
    while not log.exists() or len(log.read_text().splitlines()) < at:
        assert worker.is_alive(), done
        time.sleep(0.001)
    pid = stopped_child(bench)
    partial.unlink()
    partial.write_bytes(b"half of another's")
    os.kill(pid, signal.SIGCONT)
    worker.join()
    bench.expect_failure(save, done[0], CANNOT_WRITE)
    assert partial.read_bytes() == b"half of another's"
    partial.unlink()
    bench.expect(save, "old")
    return "exit 74, both files untouched"


def stopped_child(bench):
    """The number of the child that has stopped itself."""
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        for path in pathlib.Path("/proc").glob("[0-9]*/stat"):
            with contextlib.suppress(OSError):
                name, rest = path.read_text().rsplit(")", 1)
                state, parent = rest.split()[:2]
                if state == "T" and int(parent) == os.getpid():
                    return int(path.parent.name)
        time.sleep(0.001)
    raise AssertionError("no child has stopped")


def check_readers(bench, options):
    """Who has the old file mapped goes on with it, and who opens the target
    meanwhile finds a whole one."""
    save = bench.saves["raw"]
    bench.place(save)
    target = bench.work / save.target
    with open(target, "rb") as file:
        mapped = mmap.mmap(file.fileno(), 0, prot=mmap.PROT_READ)
    stop = threading.Event()
    verdicts = collections.Counter()

    def verify():
        while not stop.is_set():
            done = subprocess.run(
                bench.tool("mgpt-inspect") + ["verify", target],
                stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
            verdicts[done.returncode, done.stderr] += 1

    reader = threading.Thread(target=verify)
    reader.start()
    try:
        for _ in range(100):
            assert bench.run(save).code == 0
            assert mapped[:] == save.old
    finally:
        stop.set()
        reader.join()
    assert set(verdicts) == {(0, b"")}, verdicts
    return (f"100 saves, {sum(verdicts.values())} verifications,"
            " the map unchanged")


def check_input_cut_short(bench, options):
    """An input that another program truncates is bad data, not a crash, though
    it is mapped, and the target is spared."""
    outcomes = collections.Counter()
    for save in bench.saves.values():
        name = next((p for p in save.command
                     if p.startswith(str(bench.inputs))), None)
        if name is None:
            continue  # mgpt-train reads all of its data first
        source = bench.work.parent / ("cut" + pathlib.Path(name).suffix)
        disturbed = save._replace(command=[
            str(source) if part == name else part for part in save.command])
        bench.place(save)
        calls = bench.run(save, at=0).calls
        for number, call in enumerate(calls, 1):
            if call != "pwrite file":
                continue
            source.write_bytes(pathlib.Path(name).read_bytes())
            bench.place(save)
            outcome = bench.run(disturbed, at=number, do=f"cut {source}")
            state = bench.look(save)
            if outcome.code == 0:  # all that was lost had been read
                assert state.target == "new", outcome
            else:
                # The system may find out first, as it copies the bytes.
                bench.expect_failure(save, outcome, BAD_DATA, CANNOT_WRITE)
                assert state.target == "old", outcome
            outcomes[outcome.code, save.name] += 1
            bench.save_again(save)
    assert outcomes[BAD_DATA, "raw"] and outcomes[BAD_DATA, "from JSON"]
    return describe(outcomes)
