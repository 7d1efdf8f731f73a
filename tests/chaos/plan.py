"""What a run will be like, drawn from a seed: how many people, how much they write, and how each life of the bot ends."""

from dataclasses import dataclass
from datetime import UTC, datetime
from random import Random

# Moments at which a process kills itself. A commit is the moment that everything turns on, so both its sides are there; a
# call is killed when the message is claimed and not yet sent, and when Telegram has it and the clinic has not written it down.
POINTS = ("before a commit", "after a commit", "before a call", "after an answer", "updates fetched, not saved")
BY_THE_CLOCK = "at any moment"
OFTEN = dict(zip(POINTS, (40, 40, 20, 20, 4), strict=True))  # how often a life may pass its point, at most
LONGEST_LIFE = 3.0  # seconds; then the clock kills it, wherever it is: a busy machine must not starve the bot
OPENS = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)  # the clinic's time when a run begins: a Monday, in office hours


@dataclass(frozen=True)
class Life:
    """One process of the bot, and its end: at the `nth` time that it passes `point`, at the latest after `seconds`."""

    number: int
    point: str
    nth: int
    seconds: float
    news: int  # messages that nobody asked for, written by the end of this life
    gently: bool = False  # it is told to stop, as by an upgrade, and ends by itself


@dataclass(frozen=True)
class Plan:
    """One run. What is a share is of all updates or calls."""

    seed: int
    kills: int
    updates: int
    talkers: int
    quiet: int  # patients who only get what nobody asked for: an offer of the check each, and news
    again: float = 0.25  # updates delivered once more; some of these deliveries die with a process, hence more than 0.20
    faults: float = 0.04  # calls that Telegram spoils, by each kind alike
    lease: float = 6.0  # seconds; with `timeout` in the product's own proportion, so that a run takes minutes and not hours
    timeout: float = 4.0
    rest: float = 300.0  # seconds at most, for what is still under way after the last kill
    slow: float = 0.0  # calls whose answer comes after the lease is over
    pause: float = 5.0  # seconds at most between two tries of a message
    gently: bool = False  # lives are told to stop, at any moment, instead of being killed

    @property
    def news(self) -> int:
        """Two for each quiet patient: with the offer that is what the day's budget allows."""
        return 2 * self.quiet

    def lives(self) -> list[Life]:
        """Every life that ends in a kill; the same seed gives the same lives."""
        random = Random(self.seed)
        return [self._life(random, number) for number in range(self.kills)]

    def _life(self, random: Random, number: int) -> Life:
        news = self.news * (number + 1) // self.kills
        if self.gently:
            return Life(number, BY_THE_CLOCK, 0, round(random.uniform(0.2, LONGEST_LIFE), 3), news, gently=True)
        point = random.choice((*POINTS, BY_THE_CLOCK, BY_THE_CLOCK))
        nth = random.randint(1, OFTEN.get(point, 1))
        seconds = random.uniform(0.02, 0.7) if point == BY_THE_CLOCK else LONGEST_LIFE
        return Life(number, point, nth, round(seconds, 3), news)
