"""Units that patients measure in: how each is written, and what it is in the kind's own unit."""

from collections.abc import Callable
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Decimal
from typing import Final

from care.heart.language import Msg, Text, _

KG_PER_LB: Final = Decimal("0.45359237")
POUNDS_PER_STONE: Final = 14
MG_DL_PER_MMOL_L: Final = Decimal("18.016")  # glucose weighs 180.16 g/mol


@dataclass(frozen=True)
class Unit:
    """`canonical` = (amount - zero) * times. An amount of stones counts their pounds."""

    name: str
    shown: Callable[[Decimal], Text]
    times: Decimal = Decimal(1)
    zero: Decimal = Decimal(0)

    def canonical(self, amount: Decimal) -> Decimal:
        return round((amount - self.zero) * self.times, 6)

    def written(self, amount: Decimal) -> Text:
        return self.shown(amount)


def tidy(amount: Decimal) -> Decimal:
    """At most three decimals, none of them a trailing zero."""
    if amount == amount.to_integral_value():
        return amount.quantize(Decimal(1))
    return amount.quantize(Decimal("0.001"), ROUND_HALF_EVEN).normalize()


def plain(amount: Decimal, places: int) -> float | int:
    """As rules and charts want it: a whole number where it is one."""
    rounded = round(amount, places)
    return int(rounded) if rounded == rounded.to_integral_value() else float(rounded)


def _stones(amount: Decimal) -> Text:
    stones, pounds = divmod(amount, POUNDS_PER_STONE)
    return _("{stones} st {pounds} lb", stones=int(stones), pounds=pounds)


UNITS: Final = {unit.name: unit for unit in (
    Unit("kg", lambda amount: _("{amount} kg", amount=amount)),
    Unit("lb", lambda amount: _("{amount} lb", amount=amount), KG_PER_LB),
    Unit("st", _stones, KG_PER_LB),
    Unit("mg/dL", lambda amount: _("{amount} mg/dL", amount=amount)),
    Unit("mmol/L", lambda amount: _("{amount} mmol/L", amount=amount), MG_DL_PER_MMOL_L),
    Unit("°C", lambda amount: _("{amount} °C", amount=amount)),
    Unit("°F", lambda amount: _("{amount} °F", amount=amount), 1 / Decimal("1.8"), Decimal(32)),
    Unit("%", lambda amount: _("{amount} %", amount=amount)),
    Unit("bpm", lambda amount: _("{amount} beats per minute", amount=amount)),
    Unit("L/min", lambda amount: _("{amount} L/min", amount=amount)),
    Unit("/10", lambda amount: _("{amount} out of 10", amount=amount)),
    Unit("", lambda amount: Msg("{amount}", gaps=(("amount", amount),))),
)}
