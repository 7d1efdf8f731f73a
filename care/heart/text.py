"""Text as a database can keep it."""


def storable(words: str) -> str:
    """The words without what no database takes: NUL characters, halves of surrogate pairs."""
    return words.replace("\x00", "").encode("utf-8", "replace").decode("utf-8")
