"""`python -m ops.settings_page`: write docs/settings.md anew from the settings that the code declares."""

from itertools import groupby
from pathlib import Path

from ops.settings_file import known, written

PAGE = Path(__file__).parents[1] / "docs" / "settings.md"
TOP = """# Settings

What a clinic decides is in `careward.toml`; what nobody else may read is in `careward.secrets.toml`, which must have mode 0600.
`careward init` writes both. The environment wins over the files: `CAREWARD_CLINIC__NAME` is `clinic.name`, and
`CAREWARD_TELEGRAM__TOKEN_FILE` names a file that holds `telegram.token`. Lists are given there with commas: `en,es`.
A relative path of a SQLite file counts from the settings file. `careward config show --origin` says what holds, and why.

This page is written by `python -m ops.settings_page`.
"""


def page() -> str:
    lines = [TOP]
    for section, settings in groupby(known().values(), lambda setting: setting.name.partition(".")[0]):
        lines += [f"## [{section}]", "", "| Setting | Default | What it is | Environment |", "|---|---|---|---|"]
        for setting in settings:
            key, what = setting.name.partition(".")[2], setting.help + (" **Secret.**" if setting.secret else "")
            lines.append(f"| `{key}` | `{written(setting.default)}` | {what} | `{setting.variable}` |")
        lines.append("")
    return "\n".join(lines)


if __name__ == "__main__":
    PAGE.parent.mkdir(exist_ok=True)
    PAGE.write_text(page(), encoding="utf-8")
