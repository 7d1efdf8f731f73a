"""A patient's readings as a small drawing in a PDF: dots on their days, joined where no day is missing, over the goal."""

from datetime import datetime, time, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Final

from care import trend_words
from care.heart.language import DayMonth, Msg, in_language
from care.trends import Point, Series

if TYPE_CHECKING:
    from fpdf import FPDF

HEIGHT: Final = 42.0  # mm
AXIS: Final = 16.0  # mm that the figures of the upright axis take
COLOURS: Final = ((11, 110, 117), (138, 84, 20))  # as in the chat: told apart by every kind of eye
GOAL, RULE, FAINT = (222, 238, 237), (220, 223, 221), (81, 98, 106)


def draw(pdf: "FPDF", seen: Series, language: str) -> None:
    """Draw it below what is there, on the next page if this one is full. The series holds enough readings."""
    if pdf.will_page_break(HEIGHT + 14):
        pdf.add_page()
    pdf.set_font("DejaVu", size=10)
    pdf.multi_cell(0, 5.5, in_language(trend_words.subtitle(seen), language), new_x="LMARGIN", new_y="NEXT")
    plot = Plot(pdf, seen)
    for goal in seen.goals:
        low, high = max(goal.low, plot.low), min(goal.high, plot.high)
        if low < high:
            pdf.set_fill_color(*GOAL)
            pdf.rect(plot.left, plot.y(high), plot.width, plot.y(low) - plot.y(high), style="F")
    _axes(pdf, plot, language)
    for line in range(len(seen.last.amounts)):
        pdf.set_draw_color(*COLOURS[line])
        pdf.set_fill_color(*COLOURS[line])
        pdf.set_line_width(0.4)
        for row in seen.stretches():
            if len(row) > 1:
                pdf.polyline([plot.place(point, line) for point in row])
        for point in seen.points:
            x, y = plot.place(point, line)
            pdf.circle(x, y, 0.7, style="F")
    pdf.set_y(plot.top + HEIGHT + 6)


class Plot:
    """What lies where, in millimetres."""

    def __init__(self, pdf: "FPDF", seen: Series):
        amounts = [amount for point in seen.points for amount in point.amounts]
        room = (max(amounts) - min(amounts)) / 10 or Decimal(1)
        self.low = min(amounts) - room if seen.kind.least is None else Decimal(seen.kind.least)
        self.high = max(amounts) + room if seen.kind.most is None else Decimal(seen.kind.most)
        self.first, self.until = datetime.combine(seen.points[0].day, time(), seen.until.tzinfo), seen.until
        self.top, self.left = pdf.get_y() + 1, pdf.l_margin + AXIS
        self.width = pdf.epw - AXIS

    def place(self, point: Point, line: int) -> tuple[float, float]:
        return self.x(point.at), self.y(point.amounts[line])

    def x(self, at: datetime) -> float:
        return self.left + self.width * ((at - self.first) / max(self.until - self.first, timedelta(days=1)))

    def y(self, amount: Decimal) -> float:
        return self.top + HEIGHT * (1 - float((amount - self.low) / (self.high - self.low)))


def _axes(pdf: "FPDF", plot: Plot, language: str) -> None:
    pdf.set_draw_color(*RULE)
    pdf.set_line_width(0.2)
    pdf.set_font("DejaVu", size=7)
    pdf.set_text_color(*FAINT)
    for share in (Decimal(0), Decimal("0.5"), Decimal(1)):
        amount = plot.low + (plot.high - plot.low) * share
        pdf.line(plot.left, plot.y(amount), plot.left + plot.width, plot.y(amount))
        figure = f"{amount:.0f}" if plot.high - plot.low >= 4 else f"{amount:.1f}"
        pdf.text(plot.left - pdf.get_string_width(figure) - 1.5, plot.y(amount) + 1, figure)
    ends = [in_language(Msg("{day}", gaps=(("day", DayMonth(at.date(), short=True)),)), language)
            for at in (plot.first, plot.until)]
    pdf.text(plot.left, plot.top + HEIGHT + 3.5, ends[0])
    pdf.text(plot.left + plot.width - pdf.get_string_width(ends[1]), plot.top + HEIGHT + 3.5, ends[1])
    pdf.set_text_color(0, 0, 0)
