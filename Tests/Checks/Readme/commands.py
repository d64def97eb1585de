#!/usr/bin/env python3
"""Runs the commands of README.md as they stand, in order.

    python3 Tests/Checks/Readme/commands.py README.md FOLDER

FOLDER is a fresh clone; commands run in it unless they change folder. A block
fenced as `sh` is run as one script and must succeed. In a block fenced as
`console`, a line that begins with `$ ` is a command and the lines up to the
next one are what it prints (standard output and standard error together, as
on a terminal); `…` stands for anything, since times and random seeds differ. A
command that is meant to fail is shown with its `exit code N` as the last line.
A block fenced otherwise is not run.
"""

import re
import subprocess
import sys
import tempfile


def blocks(text):
    pattern = r"^```(\w+)[^\n]*\n(.*?)^```$"
    return re.findall(pattern, text, flags=re.MULTILINE | re.DOTALL)


class Shell:
    """Runs scripts one after the other in one environment and folder."""

    def __init__(self, folder):
        self.folder = folder
        self.state = tempfile.NamedTemporaryFile(suffix=".env")

    def run(self, script, strict):
        source = f"""
cd '{self.folder}'
[ -s '{self.state.name}' ] && . '{self.state.name}'
{'set -e' if strict else ''}
{script}
__code=$?
set +e
{{ export -p; printf 'cd %q\\n' "$PWD"; }} > '{self.state.name}'
exit $__code
"""
        return subprocess.run(
            ["bash", "-c", source], stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)


def matches(expected, found):
    pattern = re.escape(expected.rstrip("\n")).replace(re.escape("…"), ".*")
    return re.fullmatch(pattern, found.rstrip("\n"), flags=re.DOTALL)


def transcript(block):
    """The commands of a console block, each with what it prints."""
    for part in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
        command, _, printed = part.partition("\n")
        while command.endswith("\\"):
            more, _, printed = printed.partition("\n")
            command = command + "\n" + more
        yield command, printed


def main(readme, folder):
    shell = Shell(folder)
    for language, block in blocks(open(readme, encoding="utf-8").read()):
        if language == "sh":
            print(f"--- {block.strip()}", flush=True)
            result = shell.run(block, strict=True)
            failed = result.returncode != 0
            print(result.stdout[0 if failed else -6000:], flush=True)
            if failed:
                sys.exit(f"README: exit code {result.returncode} of\n{block}")
        elif language == "console":
            for command, expected in transcript(block):
                print(f"$ {command}", flush=True)
                result = shell.run(command, strict=False)
                found = result.stdout
                if result.returncode != 0:
                    found += f"exit code {result.returncode}\n"
                if not matches(expected, found):
                    sys.exit(
                        f"README: expected\n{expected}\nfound\n{found}")


if __name__ == "__main__":
    main(*sys.argv[1:])
