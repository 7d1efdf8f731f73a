#!/bin/sh
# Makes .venv what the locks say: `environment.sh run` for the product alone, `environment.sh test` for its tests too.
# Does nothing when that is already so. What was interrupted half-way is made again from the start.
# shellcheck disable=SC2086 # lists of names are split on purpose
set -eu
cd "$(dirname "$0")/../.."

case "${1:-}" in
    run) locks="requirements.lock requirements-build.lock" ;;
    test) locks="requirements-dev.lock" ;;
    *) echo "usage: environment.sh run|test" >&2 && exit 2 ;;
esac

# The folder is part of it: an environment does not survive being moved.
state() { { pwd; cat pyproject.toml "$@"; } | sha256sum; }
wanted=$(state $locks)
satisfied() {
    [ -x .venv/bin/python ] && [ ! -e .venv/unfinished ] && [ "$(cat ".venv/ready-to-$1" 2>/dev/null)" = "$wanted" ]
}
version() { "$1" -c 'import sys; print("%d.%d.%d" % sys.version_info[:3])'; }
other_python() { [ -n "${PYTHON:-}" ] && [ "$(version "$PYTHON")" != "$(version .venv/bin/python)" ]; }

# Two makes at once: the second waits for the first, then finds everything done.
if command -v flock >/dev/null; then
    exec 9<pyproject.toml
    flock 9
fi

if satisfied "$1" && ! other_python; then
    exit 0
fi

python=$(sh ops/setup/python.sh)
if [ -e .venv/unfinished ] || ! .venv/bin/python -m pip --version >/dev/null 2>&1 || other_python; then
    rm -rf .venv
fi
echo "Setting up .venv with Python $(version "$python") from $locks; the first time takes a minute or two ..."
mkdir -p .venv
touch .venv/unfinished
[ -x .venv/bin/python ] || "$python" -m venv .venv

pip() { .venv/bin/python -m pip -qq --disable-pip-version-check --no-input "$@"; }
requirements=$(for lock in $locks; do printf -- '-r %s ' "$lock"; done)
if ! pip install --require-hashes $requirements; then
    # pip fetches everything before it installs anything: what worked before a failed download still does.
    [ ! -e .venv/ready-to-run ] || rm .venv/unfinished
    echo "The locked packages could not be installed (pip says why above). Set-up needs the network once; then make again." >&2
    exit 1
fi
# Its builder, hatchling, came from the lock too, so the project itself needs nothing more from the network.
pip install --no-deps --no-build-isolation --editable .

echo "$wanted" >".venv/ready-to-$1"
rm .venv/unfinished
