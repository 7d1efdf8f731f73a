"""Cut one phrase or one word out of a file of red-flag rules, and leave everything else as it is written."""

import re
from pathlib import Path

from care.red_flags import RULES

_STRING = re.compile(r'"((?:[^"\\]|\\.)*)"(\s*,)?[ ]*')
_COMMENT = re.compile(r"#[^\n]*")


def cut(language: str, where: str, entry: str) -> None:
    """`where` is the id of a rule, the kind of a guard, or @ and the name of a list."""
    file: Path = RULES / f"{language}.toml"
    file.write_text(without(file.read_text(encoding="utf-8"), where, entry), encoding="utf-8")


def without(text: str, where: str, entry: str) -> str:
    """The text of a file of rules without one entry; ValueError if it is not there."""
    at = _opens(text, where)
    while text[at] != "]":
        if text[at] == '"':
            string = _STRING.match(text, at)
            if string is None:
                break
            if string[1].replace('\\"', '"') == entry:
                left = text[:at] + text[string.end() :]
                return re.sub(r"\n[ \t]*\n(?=[ \t]*[\"\]])", "\n", left) if text[:at].rstrip(" ").endswith("\n") else left
            at = string.end()
        elif text[at] == "#":
            comment = _COMMENT.match(text, at)
            at = comment.end() if comment else at + 1
        else:
            at += 1
    raise ValueError(f"{where} has no {entry!r}")


def _opens(text: str, where: str) -> int:
    """Where the list begins that holds the entry."""
    if where.startswith("@"):
        opened = re.compile(rf"^{re.escape(where[1:])} = \[", re.M).search(text, text.index("\n[words]"))
    elif "." in where:
        opened = re.compile(r"^phrases = \[", re.M).search(text, text.index(f'\nid = "{where}"\n'))
    else:
        opened = re.compile(rf"^{where} = \[", re.M).search(text, text.index("\n[context]"))
    if opened is None:
        raise ValueError(f"no list for {where}")
    return opened.end()
