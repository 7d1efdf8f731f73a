"""What every page of evidence needs: the commit it was measured at, a 95 % bound, and a place to stand."""

import subprocess
from pathlib import Path

ROOT = Path(__file__).parents[1]


def commit() -> str:
    """The commit of the working tree, with a plus if it has changes."""
    said = subprocess.run(["git", "describe", "--always", "--dirty=+"], cwd=ROOT, capture_output=True, text=True, check=False)
    return said.stdout.strip() or "unknown"


def bound(failures: int, trials: int) -> str:
    """The one-sided upper bound of a share, at 95 %: without a failure the exact one, else Wilson's."""
    if not trials:
        return "no trial"
    if not failures:
        return f"< {1 - 0.05 ** (1 / trials):.4%}"
    z, share = 1.645, failures / trials
    middle, spread = share + z * z / (2 * trials), z * (share * (1 - share) / trials + z * z / (4 * trials * trials)) ** 0.5
    return f"< {(middle + spread) / (1 + z * z / trials):.4%}"


def written(page: Path, text: str) -> None:
    page.write_text(text.rstrip("\n") + "\n", encoding="utf-8")
    print(text)
