"""The peers' environment, made where it is missing: theirs alone, so that their needs never shape ours."""

import hashlib
import shutil
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).parent
FOLDER = HERE.parents[1] / ".venv-peers"
LOCK = HERE / "requirements.lock"


def python() -> str:
    """The interpreter that has the peers, from requirements.lock."""
    wanted = hashlib.sha256(LOCK.read_bytes()).hexdigest()
    mark, interpreter = FOLDER / "made-from", FOLDER / "bin" / "python"
    if not (mark.is_file() and mark.read_text() == wanted):
        print("Setting up .venv-peers for the peers; the first time takes a minute or two ...", flush=True)
        shutil.rmtree(FOLDER, ignore_errors=True)
        subprocess.run([sys.executable, "-m", "venv", str(FOLDER)], check=True)
        subprocess.run([str(interpreter), "-m", "pip", "-qq", "--disable-pip-version-check", "--no-input", "install",
                        "--require-hashes", "-r", str(LOCK)], check=True)
        mark.write_text(wanted)
    return str(interpreter)


def node() -> str | None:
    """Node with grammY beside it; None, having said why, where there is none."""
    found, npm = shutil.which("node"), shutil.which("npm")
    if found is None or npm is None:
        print("Node or npm is missing: grammY is left out.", flush=True)
        return None
    if not (HERE / "node_modules" / "grammy").is_dir():
        fetch = [npm, "ci", "--prefix", str(HERE), "--no-audit", "--no-fund", "--loglevel", "error"]
        if subprocess.run(fetch, check=False).returncode:
            print("npm could not install grammY (it says why above): it is left out.", flush=True)
            return None
    return found
