#!/bin/sh
# Sees to it that a Chromium is here for the browser tests: $CHROMIUM, one that is installed, or Debian's package.
# shellcheck disable=SC2086 # lists of names are split on purpose
set -eu

if [ -n "${CHROMIUM:-}" ]; then
    [ -x "$CHROMIUM" ] && exit 0
    echo "CHROMIUM=$CHROMIUM is not a program: name Chromium's path, or leave CHROMIUM out." >&2
    exit 1
fi
for name in chromium chromium-browser google-chrome; do
    command -v "$name" >/dev/null && exit 0
done

# A Debian without a desktop has next to no fonts: the pages would be in typewriter letters, with boxes for emoji.
packages="chromium fonts-dejavu-core fonts-liberation fonts-noto-color-emoji"
if ! command -v apt-get >/dev/null; then
    echo "The browser tests need Chromium: install it, or give its path as CHROMIUM=/path/to/chromium." >&2
    exit 1
elif [ "$(id -u)" -eq 0 ]; then
    as="env"
elif command -v sudo >/dev/null && sudo -n true 2>/dev/null; then
    as="sudo -n"
else
    echo "The browser tests need Chromium: sudo apt-get update && sudo apt-get install -y --no-install-recommends $packages" >&2
    exit 1
fi

echo "No Chromium here: installing Debian's packages $packages for the browser tests ..."
apt() { $as DEBIAN_FRONTEND=noninteractive apt-get -q -o DPkg::Lock::Timeout=600 "$@" </dev/null; }
if ! { apt update && apt install -y --no-install-recommends $packages; }; then
    echo "Chromium could not be installed (apt-get says why above); the browser tests need it." >&2
    exit 1
fi
