"""A file of zones that is malformed says what would be right; one that is whole can be read like a table."""

from datetime import date
from pathlib import Path

import pytest

from care import zone_rules

HEAD = 'version = 1\nreview_date = 2027-05-31\nreviewed_by = ""\nreviewed_on = ""\n'
RULE = '\n[[rule]]\nname = "fever"\nzone = "amber"\nkey = "temperature"\nreason = "A fever of {threshold}"\nsource = "s"\n' \
    'evidence = "memory"\n'
USUAL = '\n[[usual]]\nname = "own"\nkey = "oxygen"\nbetween = [80, 100]\notherwise = "highest"\ncount = 3\nreason = "r"\n' \
    'source = "s"\nevidence = "memory"\n'


def read(folder: Path, text: str) -> zone_rules.CheckIn:
    file = folder / "made_up.toml"
    file.write_text(text, encoding="utf-8")
    return zone_rules.load(file)


@pytest.mark.parametrize(("text", "said"), [
    ("version =", "made_up.toml is not TOML"),
    (HEAD.replace("version = 1\n", ""), "made_up.toml: 'version' is missing."),
    (HEAD.replace("1", '"one"', 1), "version must be a whole number"),
    (HEAD + "colour = 1", "there is no field 'colour' in a file of zones"),
    (HEAD.replace('reviewed_by = ""', 'reviewed_by = "Dr Lee"'), "must say both who reviewed it and when"),
    (HEAD + RULE, "made_up.toml, rule fever: must have exactly one of: is, has, at_least, at_most, below."),
    (HEAD + RULE + "at_least = 38\nbelow = 40", "must have exactly one of"),
    (HEAD + RULE + 'at_least = "38"', "at_least must be a number, not '38'"),
    (HEAD + RULE + "at_least = true", "at_least must be a number"),
    (HEAD + RULE + "at_least = nan", "at_least must be a number"),
    (HEAD + RULE + "at_least = 38\nabout = 1", "there is no field 'about'"),
    (HEAD + RULE.replace('key = "temperature"\n', "") + "at_least = 38", "rule fever: key is missing"),
    (HEAD + RULE.replace("amber", "yellow") + "at_least = 38", "zone must be one of: red, amber; not 'yellow'"),
    (HEAD + RULE.replace("memory", "rumour") + "at_least = 38", "evidence must be one of"),
    (HEAD + RULE.replace('"s"', '""') + "at_least = 38", "reason and source must say something"),
    (HEAD + RULE + "at_least = 38\nbetween = [39, 40]", "between must enclose its number 38"),
    (HEAD + RULE + "at_least = 38\nbetween = [40, 36]", "between must be two numbers, the lowest and the highest"),
    (HEAD + RULE + 'is = "yes"\nbetween = [1, 2]', "between must enclose its number None"),
    (HEAD + RULE + 'at_least = 38\nof = "guess"', "of must be one of: value, rise"),
    (HEAD + RULE + 'at_least = 1\nof = "rise"', "a rise needs days"),
    (HEAD + RULE + 'at_least = 1\nof = "drop_from_usual"\nusual = "own"', "there is no [[usual]] of the name 'own'"),
    (HEAD + RULE + 'at_least = 38\nagain = "temperature_2"', "again and minutes go together"),
    (HEAD + RULE + 'at_least = 1\nof = "rise"\ndays = 1\nagain = "t_2"\nminutes = 5', "it cannot be a rise"),
    (HEAD + RULE + "at_least = 38\ntimes = 2", "times and hours go together"),
    (HEAD + RULE + 'at_least = 38\njudge = "worst"', "judge must be 'mean' or 'latest'"),
    (HEAD + RULE + "at_least = 38\n" + RULE + "at_least = 39", "there are two rules of the name 'fever'"),
    (HEAD + USUAL.replace("highest", "mean"), "usual own: otherwise must be"),
    (HEAD + USUAL.replace("count = 3\n", ""), "usual own: count is missing"),
])
def test_what_is_wrong_is_said_with_the_file_and_the_rule(tmp_path: Path, text: str, said: str):
    with pytest.raises(zone_rules.Malformed, match=r"^made_up\.toml") as refused:
        read(tmp_path, text)
    assert said in str(refused.value)


def test_a_rule_reads_like_its_row(tmp_path: Path):
    (rule,) = read(tmp_path, HEAD + RULE + "at_least = 38\nbetween = [37, 40]").rules
    assert (rule.id, rule.zone, rule.words(), rule.words(38.5)) == (
        "made_up.fever", "amber", "A fever of 38", "A fever of 38.5")
    assert [rule.met_by(value) for value in (37.9, 38, None, "38")] == [False, True, False, False]
    assert rule.met_by(38, 38.5) is False
    assert str(rule.wanted()) == "at least 38"


def test_nobody_has_reviewed_what_says_nothing_of_it_and_every_review_has_a_date():
    for check_in in zone_rules.check_ins().values():
        assert (check_in.reviewed_by, check_in.reviewed_on) == ("", ""), "pretend nothing"
        assert check_in.review_date > date(2026, 11, 21)
