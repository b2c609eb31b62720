#!/bin/sh
# Makes .venv from the hashed lock files: `tools/setup.sh` to run Guichet, `tools/setup.sh dev` to test and check it too.
# Does nothing when the lock file is the one installed. PYTHON=/path/to/python chooses an interpreter.
set -eu
cd "$(dirname "$0")/.."
lock=requirements.lock
[ "${1:-}" = dev ] && lock=requirements-dev.lock

say() { printf '%s\n' "$*" >&2; }
recent() { "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; }

find_python() {
    for candidate in ${PYTHON:-python3 python3.13 python3.12 python3.11}; do
        if recent "$candidate"; then
            echo "$candidate"
            return
        fi
    done
    say "Python 3.11 or newer is needed. On Debian 12 or newer, Ubuntu 24.04 or newer: sudo apt-get install python3 python3-venv"
    say "On Ubuntu 22.04: sudo apt-get install python3.11 python3.11-venv"
    exit 1
}

make_environment() {
    python=$(find_python)
    if ! "$python" -c 'import ensurepip, venv' 2>/dev/null; then
        # Debian ships an interpreter without its venv module; the package has the interpreter's version in its name.
        version=$("$python" -c 'import sys; print("%d.%d" % sys.version_info[:2])')
        say "Python's venv module is missing: sudo apt-get install python3-venv (or python$version-venv)"
        exit 1
    fi
    "$python" -m venv --clear .venv
}

if ! { [ -x .venv/bin/python ] && recent .venv/bin/python; }; then
    make_environment
fi
# Makes `python -m registration` work from the root of the repository, with no variable to set.
for packages in .venv/lib/python3*/site-packages; do
    printf '%s\n%s/services\n' "$PWD" "$PWD" >"$packages/guichet.pth"
done
cmp -s "$lock" ".venv/$lock" && exit 0
say "Installing what $lock names into .venv (a minute or so, the first time)"
# The lock names every package, so nothing is left to resolve. Older pips, asked to resolve all the same, take the newest
# release for a pin's extra (`coverage[toml]`) and then refuse it for want of a hash.
.venv/bin/python -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes -r "$lock" || {
    say "The installation failed: is the package index reachable? See above."
    exit 1
}
.venv/bin/python -m pip check --quiet --disable-pip-version-check >&2
cp requirements.lock .venv/requirements.lock
cp "$lock" ".venv/$lock"
