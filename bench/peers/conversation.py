"""The conversation that every peer holds: ten questions, four buttons each, edited in place."""

import argparse
import json
from pathlib import Path

QUESTIONS = 10
LABELS = ("Not at all", "A little", "Quite a bit", "Very much")
CLOSING = "Thank you. Your care team can see your answers."


def question(number: int) -> str:
    return f"{number} of {QUESTIONS}\nHow much were you troubled today, in matter {number}?"


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser()
    parser.add_argument("--api", required=True)
    parser.add_argument("--token", required=True)
    parser.add_argument("--answers", required=True, help="where a peer that keeps them in memory writes them at the end")
    parser.add_argument("--database", required=True)
    return parser.parse_args()


def write_down(path: str, answers: dict[int, list[int]]) -> None:
    Path(path).write_text(json.dumps(answers))
