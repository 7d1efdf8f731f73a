"""A reason to stop, in one sentence for the operator."""


class Stop(Exception):
    """The message says what is wrong and what would be right; `code` is the exit code: 1 failed, 2 wrong usage or settings."""

    def __init__(self, sentence: str, code: int = 1) -> None:
        super().__init__(sentence)
        self.code = code
