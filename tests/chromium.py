"""The browser of the tests: finds the Chromium that is here, and how playwright starts it."""

import os
import shutil

NAMES = ("chromium", "chromium-browser", "google-chrome")

# No sandbox, because root has none; nothing that phones home, because the tests have no internet.
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


def chromium() -> str:
    """The same search as ops/setup/chromium.sh. Without one the tests fail rather than test less."""
    if given := os.environ.get("CHROMIUM"):
        return given
    for name in NAMES:
        if path := shutil.which(name):
            return path
    raise RuntimeError("The browser tests need Chromium: `make test` installs it, or set CHROMIUM=/path/to/chromium")


def launch_options() -> dict:
    """For playwright: `await playwright.chromium.launch(**launch_options())`."""
    return {"executable_path": chromium(), "args": list(FLAGS), "headless": True}
