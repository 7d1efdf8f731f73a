"""The invented people of the demo: who they are, how they have been, and what they write."""

from dataclasses import dataclass, field
from datetime import date


@dataclass(frozen=True)
class Line:
    """Something a patient writes, on which day of the six weeks, when on their own wall; and what a nurse answers."""

    day: int
    at: str
    words: str
    reply: str = ""
    outcome: str = "advice_given"


@dataclass(frozen=True)
class Booked:
    """A visit that a nurse books for a patient, some days before it."""

    day: int
    at: str  # on the clinic's wall
    kind: str  # check_up, nurse
    mode: str = "in_person"
    arrives: str = ""  # when, on the clinic's wall


@dataclass(frozen=True)
class Role:
    name: str
    born: date
    language: str
    country: str
    zone: str
    joins: int  # on which day
    keeps: float  # how often they answer the daily check
    types: float  # how often they type an answer instead of tapping it
    pain: tuple[tuple[int, float], ...]  # (day, level): how it goes, straight from one to the next
    where: tuple[str, ...]
    fevers: tuple[tuple[int, str], ...] = ()  # (day, what they type)
    breathless: tuple[int, ...] = ()
    lines: tuple[Line, ...] = ()
    thanks: float = 0.3
    pauses: int | None = None  # the day on which they pause messages for a week
    blocks: tuple[int, str] | None = None  # (day, when) they block the bot
    programmes: tuple[tuple[int, str], ...] = ()  # (day, name): a nurse puts them into it
    pressure: tuple[tuple[int, float], ...] = ()  # (day, systolic): how it goes, for whoever measures it
    tablet: int | None = None  # the day on which a tablet is ordered that begins on the next
    visits: tuple[Booked, ...] = ()
    carer: str | None = None  # somebody of the family, with a phone of their own
    worst: dict[int, int] = field(default_factory=dict)  # day -> pain, whatever the course says


DAYS = 42
LAST = DAYS  # the morning on which the demo opens

CAST = (
    Role(
        "Amina Hassan", date(1968, 3, 14), "en", "GB", "Europe/London", 0, 0.9, 0.2, ((0, 5), (10, 3), (42, 2)),
        ("left knee", "knee, when I climb the stairs"), tablet=LAST - 1,
        visits=(Booked(LAST + 1, "09:40", "check_up"),), lines=(
            Line(6, "18:40", "The scar itches, is that normal?",
                 "Itching is common while it heals. If it gets red, warm or wet, send us a photo and we will look at once."),
            Line(19, "12:15", "Can I take the bus again? I am tired of asking my son",
                 "Yes, if you can stand on the leg for ten minutes without holding on. Keep the stick for the way."),
            Line(LAST, "08:31", "My ankles have been swollen since Sunday, could that be the new tablet?"))),
    Role(
        "James Whitfield", date(1951, 11, 2), "en", "GB", "Europe/London", 1, 0.85, 0.5, ((0, 1), (42, 2)), ("chest wall",),
        breathless=(24,), visits=(Booked(LAST, "10:00", "check_up"),), lines=(
            Line(11, "09:50", "I have run out of the blue inhaler",
                 "A new one is at the pharmacy in Mill Road from three o'clock today."),
            Line(24, "10:20", "Better now after the inhaler, sorry for the fuss",
                 "No fuss at all, we are glad you told us. The nurse visits tomorrow at 11. Call 999 if it comes back."),
            Line(LAST, "08:38", "I can't breathe properly since I got up"))),
    Role(
        "Margaret Ellis", date(1944, 6, 27), "en", "GB", "Europe/London", 1, 0.8, 0.1, ((0, 4), (20, 5), (42, 4)),
        ("hip", "right hip and down the leg"), carer="Susan Ellis",
        visits=(Booked(LAST, "08:45", "nurse", arrives="08:41"),), lines=(
            Line(9, "15:05", "I forgot my tablets this morning, what should I do?",
                 "Thank you for asking. I have asked Dr Shaw and will call you within the hour."),
            Line(30, "17:20", "I slept badly again because of the hip",
                 "Thank you for telling us. Dr Shaw will call you tomorrow morning about the nights."))),
    Role(
        "Tom Barker", date(1979, 1, 19), "en", "GB", "Europe/London", 3, 0.45, 0.6, ((0, 6), (42, 4)), ("lower back",),
        blocks=(LAST - 1, "20:15"), visits=(Booked(LAST + 1, "10:15", "nurse"),), lines=(
            Line(14, "21:30", "still sore but working again",
                 "Good to hear, Tom. Keep the breaks, ten minutes every hour."),)),
    Role(
        "Priya Nair", date(1990, 8, 8), "en", "GB", "Europe/London", 4, 0.95, 0.15, ((0, 3), (42, 1)), ("belly",), thanks=0.8,
        fevers=((16, "38.4"), (17, "39.2"), (18, "37.9")), visits=(Booked(LAST, "11:20", "check_up", "phone"),), lines=(
            Line(17, "14:10", "Fever is up again and I feel shivery",
                 "Please come in today at four, we have kept a place for you. Bring the letter from the ward."),)),
    Role(
        "Grace Okafor", date(1962, 12, 30), "en", "GB", "Europe/London", 6, 0.7, 0.3, ((0, 5), (25, 6), (42, 5)),
        ("shoulder", "both shoulders"), pauses=22, visits=(Booked(LAST, "09:15", "nurse"),), lines=(
            Line(33, "13:45", "Could my physio be on Thursdays instead?",
                 "Moved: Thursdays at 15:30, starting next week, same room.", "reached"),)),
    Role(
        "Daniel Reyes", date(1985, 4, 3), "en", "US", "America/New_York", 5, 0.75, 0.35, ((0, 4), (15, 2), (42, 1)),
        ("wrist",), programmes=((13, "phq9"),), lines=(
            Line(27, "11:00", "I stay in New York until the new year, do I keep the same exercises?",
                 "Yes, the same ones, twice a day. Your check-ins follow New York time."),)),
    Role(
        "Carmen Ortega", date(1957, 2, 21), "es", "ES", "Europe/Madrid", 0, 0.9, 0.4, ((0, 4), (21, 3), (42, 5)),
        ("la espalda", "la espalda, abajo"), worst={12: 8, LAST: 9}, fevers=((28, "38,2"),), lines=(
            Line(12, "11:30", "Hoy no puedo ni sentarme",
                 "Lo siento mucho, Carmen. Se lo digo ahora a la doctora y la llamamos hoy antes de las dos."),
            Line(35, "19:10", "¿Puedo nadar ya?", "Sí, con calma: veinte minutos, agua templada, sin bracear de espaldas."))),
    Role(
        "Luis Herrera", date(1973, 9, 16), "es", "MX", "America/Mexico_City", 7, 0.65, 0.5, ((0, 2), (42, 2)), ("el hombro",),
        programmes=((21, "hypertension"),), pressure=((21, 128), (42, 118)), lines=(
            Line(21, "09:30", "Me mareo cuando me levanto rápido",
                 "Gracias por avisar, Luis. Levántese despacio; tómese la presión hoy y mañana y escríbanos los números."),
            Line(LAST - 1, "16:20", "Ayer olvidé la pastilla de la noche, ¿tomo dos hoy?"))),
    Role(
        "Elena Marín", date(1948, 5, 11), "es", "ES", "Atlantic/Canary", 2, 0.85, 0.05, ((0, 3), (42, 2)), ("la rodilla",),
        programmes=((3, "hypertension"),), pressure=((3, 152), (20, 139), (42, 131)),
        visits=(Booked(LAST, "12:20", "check_up", "phone"),), lines=(
            Line(16, "12:00", "Mi nieta dice que las letras del papel son muy chicas, ¿me lo pueden mandar aquí?",
                 "Claro, Elena: le mandamos otra hoja con letra grande, y se la leo por teléfono esta tarde.", "reached"),)),
)
