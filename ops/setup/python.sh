#!/bin/sh
# Prints the Python to set up with: $PYTHON, or the first of python3.11 to python3.14 and python3 that will do.
# When none will do, one line says what is missing and which command brings it.
set -eu

new_enough() { "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; }
makes_environments() { "$1" -c 'import ensurepip, venv' 2>/dev/null; }
missing() {
    as=$([ "$(id -u)" -eq 0 ] || echo "sudo ")
    echo "$1: ${as}apt-get update && ${as}apt-get install -y $2" >&2
    exit 1
}

if [ -n "${PYTHON:-}" ] && ! new_enough "$PYTHON"; then
    echo "PYTHON=$PYTHON is not a Python 3.11 or newer that runs here: name another, or leave PYTHON out." >&2
    exit 1
fi

without_venv=
for python in ${PYTHON:-python3.11 python3.12 python3.13 python3.14 python3}; do
    new_enough "$python" || continue
    if makes_environments "$python"; then
        echo "$python"
        exit 0
    fi
    without_venv=${without_venv:-$("$python" -c 'import sys; print("python%d.%d" % sys.version_info[:2])')}
done

[ -z "$without_venv" ] || missing "$without_venv is here but its venv module is not" "$without_venv-venv"
missing "Careward needs Python 3.11 or newer (Debian 12 and later have it)" "python3 python3-venv"
