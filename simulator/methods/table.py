"""The table every method enters itself into."""

from collections.abc import Callable
from typing import Any, NamedTuple

from simulator.call import Call


class Method(NamedTuple):
    name: str
    function: Callable[[Call], Any]
    journaled: bool


METHODS: dict[str, Method] = {}


def method(name: str, journaled: bool = True) -> Callable[[Callable[[Call], Any]], Callable[[Call], Any]]:
    """Enter a function as this method. What only reads is not journaled."""

    def enter(function: Callable[[Call], Any]) -> Callable[[Call], Any]:
        METHODS[name.lower()] = Method(name, function, journaled)
        return function

    return enter
