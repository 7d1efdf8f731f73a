"""`python -m ops.flow_book`: the book of flows in docs/flows, a page for each: its data dictionary, its diagram, and its
words in every language. Written from the flows and the rules, so that clinicians and translators read what patients are
asked."""

from collections.abc import Iterator
from pathlib import Path

from bot.flows import FLOWS
from bot.flows.engine import Ask, Flow, Item, Say, When, Words
from care import questionnaires, zone_rules
from care.heart.language import Text, in_language, name_of, shipped

FOLDER = Path(__file__).parents[1] / "docs" / "flows"


def page(flow: Flow) -> str:
    """The page of one flow, in Markdown."""
    begun = f"Begun by `/{flow.command}`." if flow.command else "Begun by a button or by the clock."
    lines = [
        f"# {flow.name}, version {flow.version}", "", f"{words_of(flow.about)}. {begun}", "",
        "Written by `python -m ops.flow_book` from the code; do not edit.", "",
        "## Data dictionary", "", "| key | kind | answers | asked | may be skipped | what needs a person |",
        "| --- | --- | --- | --- | --- | --- |", *(_row(flow, ask) for ask in flow.questions), "",
        "## Diagram", "", "```mermaid", "flowchart TD", *(f"  {line}" for line in _diagram(flow)), "```", "",
        *(line for language in shipped() for line in _in_words(flow, language))]
    return "\n".join(lines).rstrip() + "\n"


def pages() -> dict[str, str]:
    """Every page by its file's name."""
    contents = "\n".join(f"- [{flow.name}]({flow.name}.md): {words_of(flow.about)}" for flow in FLOWS.values())
    index = "# Flows\n\nEverything the bot asks. Written by `python -m ops.flow_book` from the code; do not edit.\n\n"
    return {"README.md": f"{index}{contents}\n", **{f"{flow.name}.md": page(flow) for flow in FLOWS.values()}}


def write(folder: Path = FOLDER) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    wanted = pages()
    for file in folder.glob("*.md"):
        if file.name not in wanted:
            file.unlink()
    for name, text in wanted.items():
        (folder / name).write_text(text, encoding="utf-8")


def words_of(words: Words, language: str = "en") -> str:
    """The words, or of a function that makes them what it says of itself."""
    if not callable(words):
        return in_language(words, language)
    return f"({_about(words)})"


def condition(when: When) -> str:
    """When something is asked or said, in words; nothing if always."""
    if callable(when):
        return _about(when)
    return " and ".join(f"{key} {wanted if hasattr(wanted, 'met_by') else f'is {wanted}'}" for key, wanted in when.items())


def _about(function: object) -> str:
    return (function.__doc__ or getattr(function, "__name__", "?")).strip().splitlines()[0].rstrip(".")


def _row(flow: Flow, ask: Ask) -> str:
    check_in = zone_rules.of(flow.name)
    rules = [f"{rule.zone}: {rule.words()}" for rule in (check_in.rules if check_in else ()) if rule.key == ask.key]
    rules += [f"{severity.word}: thoughts of death or self-harm, answered {value}"
              for value in ask.kind.options() if (severity := questionnaires.calls_for(flow.name, ask.key, value)) is not None]
    answers = "; ".join(f"`{value}` {in_language(label, 'en')}" for value, label in ask.kind.options().items())
    cells = (f"`{ask.key}`", ask.kind.says(), answers or "typed", condition(ask.when) or "always",
             "yes" if ask.optional else "no", "; ".join(rules))
    return f"| {' | '.join(cell.replace('|', '/') for cell in cells)} |"


def _diagram(flow: Flow) -> Iterator[str]:
    """One box for each item in order; a way round what is not for everybody."""
    yield 'begin(["Begin"])'
    loose = [("begin", "")]  # ends that lead to whatever comes next, and on which condition
    before = ""
    for number, item in enumerate(flow.items):
        name, when = f"i{number}", condition(item.when)
        yield _box(name, item)
        if when and when == before:  # whoever was asked the one before is asked this one too, and nobody else
            yield _arrow(loose[0][0], name, "")
            loose[0] = (name, "")
            continue
        before = when
        yield from (_arrow(end, name, when or label) for end, label in loose)
        loose = [(name, ""), *((end, "else") for end, _label in loose)] if when else [(name, "")]
    yield 'closing(["End"])'
    yield from (_arrow(end, "closing", label) for end, label in loose)


def _box(name: str, item: Item) -> str:
    text = (words_of(item.text) if isinstance(item, Say) else item.key).replace('"', "'").replace("\n", " ")
    return f'{name}(["{text}"])' if isinstance(item, Say) else f'{name}["{text}"]'


def _arrow(start: str, end: str, label: str) -> str:
    quoted = label.replace('"', "'")
    return f'{start} -- "{quoted}" --> {end}' if label else f"{start} --> {end}"


def _in_words(flow: Flow, language: str) -> Iterator[str]:
    """The flow as it reads in a language, everything in its order."""
    yield f"## In {name_of(language)} ({language})"
    yield ""
    yield _said(words_of(flow.opening, language))
    for item in flow.items:
        when = condition(item.when)
        yield _said(words_of(item.text, language)) + (f" *({when})*" if when else "")
        if isinstance(item, Ask):
            yield from (f"    - {label}" for label in _labels(item, language))
    yield _said(words_of(flow.closing, language))
    yield ""


def _said(words: str) -> str:
    return "- " + " ".join(words.split())


def _labels(ask: Ask, language: str) -> list[str]:
    none: Text = getattr(ask.kind, "none", "")
    return [in_language(label, language) for label in (*ask.kind.options().values(), *([none] if none else []))]


if __name__ == "__main__":
    write()
