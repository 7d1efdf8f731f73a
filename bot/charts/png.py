"""SVG on standard input -> PNG on standard output. A program of its own, because the renderer does not let go of Python's lock:
even in a thread it would hold up every patient for as long as it draws."""

import os
import sys
from pathlib import Path

import resvg_py

FONTS = Path(__file__).parents[2] / "content" / "fonts"
SCALE = 2  # pixels of the picture for one of the drawing


def png(svg: str, scale: float = SCALE) -> bytes:
    """The same drawing gives the same bytes, whatever fonts the machine has."""
    fonts = sorted(str(file) for file in FONTS.glob("*.ttf"))
    return resvg_py.svg_to_bytes(svg_string=svg, zoom=scale, skip_system_fonts=True, font_files=fonts)


if __name__ == "__main__":
    os.nice(5)  # patients who wait for words go first
    sys.stdout.buffer.write(png(sys.stdin.buffer.read().decode()))
