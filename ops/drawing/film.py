"""`python -m ops.drawing.film DRAWING.html VIDEO.mp4`: make a short video for a lesson of a drawing that knows its moments.

The drawing is a page of ours with `at(seconds)` and `LASTS`. Needs Chromium (`make chromium`) and ffmpeg with H.264, which
phones and Telegram play; neither is needed to run Careward, which ships the video.
"""

import argparse
import shutil
import subprocess
from pathlib import Path

from playwright.sync_api import sync_playwright

A_SECOND = 12  # pictures


def film(drawing: Path, video: Path, ffmpeg: str, chromium: str) -> int:
    """Write the video; returns how many pictures it has."""
    encode = [ffmpeg, "-y", "-loglevel", "error", "-f", "image2pipe", "-framerate", str(A_SECOND), "-i", "-",
              "-c:v", "libx264", "-preset", "veryslow", "-crf", "26", "-tune", "animation", "-pix_fmt", "yuv420p",
              "-map_metadata", "-1", "-movflags", "+faststart", str(video)]
    with sync_playwright() as play, subprocess.Popen(encode, stdin=subprocess.PIPE) as encoder:
        browser = play.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": 480, "height": 400})
        page.goto(drawing.resolve().as_uri())
        pictures = round(page.evaluate("LASTS") * A_SECOND)
        assert encoder.stdin
        for number in range(pictures):
            page.evaluate("t => at(t)", number / A_SECOND)
            encoder.stdin.write(page.screenshot(type="png"))
        encoder.stdin.close()
        browser.close()
    if encoder.returncode:
        raise SystemExit(f"ffmpeg ended with {encoder.returncode}")
    return pictures


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("drawing", type=Path)
    parser.add_argument("video", type=Path)
    parser.add_argument("--ffmpeg", default="ffmpeg")
    parser.add_argument("--chromium", default=shutil.which("chromium"))
    given = parser.parse_args()
    print(film(given.drawing, given.video, given.ffmpeg, given.chromium), "pictures")
