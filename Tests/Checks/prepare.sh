# Sourced by `run` of each check, with its arguments: `run [--whole] [FOLDER]`.
# Sets root, the package; programs, FOLDER or a release build that is made now;
# and whole, whether what takes long is wanted.
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
whole=
if [ "${1-}" = --whole ]; then
  whole=1
  shift
fi
if [ $# -gt 0 ]; then
  programs=$(cd "$1" && pwd)
else
  programs=$root/.build/release
  swift build --package-path "$root" -c release --traits Server >&2
fi
