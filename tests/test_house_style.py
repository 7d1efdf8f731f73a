"""Rules of the house that no linter knows."""

import ast
import re
from pathlib import Path

from telegram.ext import CallbackQueryHandler, CommandHandler

from bot.app import HANDLERS
from bot.flows import FLOWS
from bot.flows.engine import Ask
from care import crisis, red_flags, zone_rules
from care.programmes import programmes
from care.reasons import REASONS

HOME = Path(__file__).parents[1]
MAY_WAIT = {"clinic.py", "writer.py", "schema.py"}
WAITING = (ast.AsyncFunctionDef, ast.AsyncFor, ast.AsyncWith, ast.Await)
CLOCKS = {HOME / "care/heart/clinic.py"}


def sources(*folders: str) -> list[Path]:
    return [file for folder in folders for file in (HOME / folder).rglob("*.py")]


def test_the_clinic_is_plain_python_that_cannot_wait():
    for file in sources("care"):
        waits = any(isinstance(node, WAITING) for node in ast.walk(ast.parse(file.read_text())))
        assert waits == (file.name in MAY_WAIT), file


def test_there_is_one_clock():
    for file in sources("care", "bot", "scheduler", "staff_api"):
        if file not in CLOCKS:
            assert not re.search(r"datetime\.(now|utcnow)\(|date\.today\(|time\.time\(", file.read_text()), file


def test_a_file_has_one_subject():
    for file in sources("care", "bot", "scheduler", "staff_api", "simulator", "ops"):
        if "migrations" not in file.parts:
            assert len(file.read_text().splitlines()) <= 420, f"{file}: two subjects?"


def test_every_module_says_what_it_is():
    for file in sources("care", "bot", "scheduler", "staff_api", "simulator", "ops"):
        if file.name != "__init__.py" or file.read_text().strip():
            assert ast.get_docstring(ast.parse(file.read_text())), file


def test_every_rules_question_and_answer_is_in_its_flow():
    """A mistyped key would silently never fire, and an urgent patient be lost."""
    for check_in in zone_rules.check_ins().values():
        assert check_in.name in FLOWS, f"content/check_ins/{check_in.name}.toml is of no flow"
        flow = FLOWS[check_in.name]
        for rule in check_in.rules:
            asked = flow.question(rule.key)
            assert asked, (rule.id, "no such question")
            assert not rule.again or flow.question(rule.again), (rule.id, "no such question follows")
            assert set(rule.has) | ({rule.equals} - {None}) <= set(asked.kind.options()), (rule.id, "no such answer")
            cards = {*red_flags.rules().categories, crisis.card_for(rule.card)}
            assert rule.card in cards, (rule.id, "no such card")


def test_every_condition_names_a_question_before_it():
    for flow in FLOWS.values():
        seen: set[str] = set()
        for item in flow.items:
            if callable(item.when):
                assert item.when.__doc__, (flow.name, item, "a function says in its docstring what it looks for")
            else:
                assert set(item.when) <= seen, (flow.name, item)
            if isinstance(item, Ask):
                assert item.key not in seen, (flow.name, item.key)
                seen.add(item.key)


def made_buttons() -> set[str]:
    """The first part of what every button in the code carries."""
    found = set()
    for file in sources("care", "bot"):
        for node in ast.walk(ast.parse(file.read_text())):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") in ("Button", "carry", "for_whom"):
                for part in ast.walk(node):
                    if isinstance(part, ast.Constant) and isinstance(part.value, str):
                        match = re.match(r"^([a-z]+)(:|$)", part.value)
                        if match and (":" in part.value or getattr(node.func, "id", "") == "carry"):
                            found.add(match[1])
    return found


def handled_buttons() -> set[str]:
    patterns = [
        handler.pattern.pattern for handler in HANDLERS
        if isinstance(handler, CallbackQueryHandler) and isinstance(handler.pattern, re.Pattern)]
    return {re.match(r"\^([a-z]+):", pattern)[1] for pattern in patterns}


def test_every_button_has_a_handler_and_every_handler_a_button():
    assert made_buttons() == handled_buttons()


def test_every_command_is_short_and_every_flow_has_one():
    commands = {command for handler in HANDLERS if isinstance(handler, CommandHandler) for command in handler.commands}
    assert {flow.command for flow in FLOWS.values() if flow.command} <= commands
    assert all(re.fullmatch(r"[a-z]{1,32}", command) for command in commands)


def test_nothing_names_a_workplace():
    """What is committed runs anywhere: no path of a machine, no address of a package registry."""
    for file in sources("care", "bot", "scheduler", "staff_api", "simulator", "ops", "tests", "bench"):
        if file != Path(__file__):
            assert not re.search(r"/work/|/root/|pypi\.org|registry\.npmjs", file.read_text()), file


def test_every_programme_asks_a_flow_that_there_is():
    for programme in programmes().values():
        assert programme.flow in FLOWS, programme.name


def test_whatever_nobody_asked_for_says_why_it_came():
    """`because=` at turn.tell, and a function that reads it: docs/how-to/give-a-message-its-reason.md."""
    kinds = set()
    for file in sources("care", "bot"):
        for node in ast.walk(ast.parse(file.read_text())):
            if isinstance(node, ast.Call) and getattr(node.func, "attr", "") == "tell":
                because = next((one.value for one in node.keywords if one.arg == "because"), None)
                unasked = {"DOSE", "BROADCAST"} & {part.attr for part in ast.walk(node) if isinstance(part, ast.Attribute)}
                assert because or not unasked, f"{file}:{node.lineno}: why does it come? Give it because="
                kinds |= {kind for part in ast.walk(because) if isinstance(part, ast.Constant)
                          and (kind := str(part.value).split(":")[0]).isidentifier()} if because else set()
    assert kinds == set(REASONS)
