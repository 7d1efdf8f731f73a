"""What a clinic decides: one field per setting, each with its help.

Where the values come from (a file, the environment, the demo) is known to `ops`; here is what they mean, and what is right.
"""

from dataclasses import dataclass, field, fields
from typing import Any

from care.heart.time import OfficeHours


class WrongSetting(ValueError):
    """A setting is missing or wrong. The message names it and says what would be right."""


def setting(default: Any, help_: str, *, secret: bool = False) -> Any:
    return field(default=default, metadata={"help": help_, "secret": secret})


@dataclass(frozen=True)
class ClinicSettings:
    name: str = setting("", "The clinic's name, as patients know it.")
    country: str = setting("", "Two-letter country code; decides the emergency number shown to patients.")
    languages: tuple[str, ...] = setting(("en",), "Languages offered to patients, the clinic's own first.")
    time_zone: str = setting("UTC", "The clinic's IANA time zone, such as Europe/Madrid.")
    phone: str = setting("", "The clinic's telephone number, shown to patients.")
    office_hours: str = setting(
        "Mon-Fri 08:00-18:00", "When someone reads messages, such as 'Mon-Fri 08:00-18:00, Sat 09:00-12:00'.")
    closed_on: tuple[str, ...] = setting((), "Days off beside the country's public holidays, such as 2026-12-24.")
    open_on: tuple[str, ...] = setting((), "Public holidays on which the clinic is open, such as 2026-05-01.")
    reply_within_minutes: int = setting(120, "How soon, within office hours, a patient's message is read. Minutes.")
    crisis_lines_confirmed: bool = setting(
        False, "True once someone has dialled the country's crisis lines and confirmed them.")
    offer_phq8: bool = setting(
        False, "True to offer the PHQ-8 too. It is the PHQ-9 without item 9: nobody is asked about thoughts of self-harm.")
    only_compared_texts: bool = setting(
        False, "True to give only questionnaires whose text a person has compared with the official form.")

    @property
    def hours(self) -> OfficeHours:
        return OfficeHours.read(self.office_hours)


LADDER = ("on_call", "backup", "lead", "everyone", "channels")
SEVERITIES = ("emergency", "urgent", "routine")


@dataclass(frozen=True)
class ObligationSettings:
    """By when a person must have acted, and who is called until one has. What is not an emergency counts in office time."""

    emergency_answer_minutes: int = setting(15, "How soon a person must have acted on an emergency, at any hour. Minutes.")
    urgent_answer_minutes: int = setting(60, "... on what is urgent. Minutes of office time.")
    emergency_resolve_minutes: int = setting(240, "How soon an emergency must be closed, at any hour. Minutes.")
    urgent_resolve_minutes: int = setting(600, "... what is urgent. Minutes of office time.")
    routine_resolve_minutes: int = setting(3000, "... everything else. Minutes of office time.")
    emergency_ladder: tuple[str, ...] = setting(
        LADDER, "Who is called, one after another, until somebody has taken an emergency on: on_call, backup and lead by the "
        "rota, everyone on staff, channels for the addresses in [alerts].")
    urgent_ladder: tuple[str, ...] = setting(LADDER, "... what is urgent.")
    routine_ladder: tuple[str, ...] = setting(("on_call", "lead", "everyone"), "... everything else, once it is overdue.")
    emergency_step_minutes: int = setting(3, "How long each is waited for, in an emergency. Minutes.")
    urgent_step_minutes: int = setting(15, "... for what is urgent. Minutes of office time.")
    routine_step_minutes: int = setting(60, "... for everything else. Minutes of office time.")
    emergency_repeat_minutes: int = setting(5, "How soon everyone is called again, once all have been. Minutes.")
    urgent_repeat_minutes: int = setting(30, "... for what is urgent. Minutes of office time.")
    routine_repeat_minutes: int = setting(240, "... for everything else. Minutes of office time.")
    rota_covers: str = setting(
        "office_hours", "When the rota must name somebody on call: 'office_hours' or 'always'. Gaps are told a week ahead.")

    welfare_steps: tuple[str, ...] = setting(
        (), "The clinic's own steps when somebody may be in danger, one sentence each; empty: those of content/welfare.")

    def answer_minutes(self, severity: str) -> int | None:
        """None: as the clinic promises for any message."""
        return getattr(self, f"{severity}_answer_minutes", None)

    def minutes(self, severity: str, what: str) -> int:
        """`what` is resolve, step or repeat."""
        return int(getattr(self, f"{severity}_{what}_minutes"))

    def ladder(self, severity: str) -> tuple[str, ...]:
        return tuple(getattr(self, f"{severity}_ladder"))


@dataclass(frozen=True)
class AlertSettings:
    """How people are alerted who do not look at the console. Nothing of it is set: the console alone calls."""

    from_severity: str = setting("urgent", "The calmest that leaves the console: emergency, urgent or routine.")
    name_patients: bool = setting(
        False, "True to put the patient's name into alerts, which travel through other people's systems.")
    email_to: tuple[str, ...] = setting((), "The clinic's own addresses for alerts, such as duty@clinic.example.")
    email_from: str = setting("", "The address that alerts come from.")
    smtp_host: str = setting("", "The mail server; empty: no e-mail.")
    smtp_port: int = setting(587, "Its port.")
    smtp_security: str = setting(
        "starttls", "How it is spoken to: 'starttls', 'tls' from the first byte, or 'none' on this machine.")
    smtp_user: str = setting("", "The account there; empty: none is needed.")
    smtp_password: str = setting("", "Its password.", secret=True)
    sms_url: str = setting("", "An SMS gateway's address, which takes a POST; empty: no SMS.")
    sms_body: str = setting(
        '{"to": "{to}", "text": "{text}"}',
        "What is posted there, with {to} and {text} in it: JSON, or a form such as to={to}&body={text}.")
    sms_authorization: str = setting("", "Its Authorization header, such as 'Bearer ...'.", secret=True)
    sms_to: tuple[str, ...] = setting((), "The clinic's own numbers for alerts, such as +442079460000.")
    webhook_url: str = setting("", "An https address that is told of alerts; empty: none.")
    webhook_secret: str = setting("", "At least 24 characters; signs what is sent there.", secret=True)
    alive_url: str = setting("", "Asked for each minute while all is well, by a service that calls you when it is not.")


@dataclass(frozen=True)
class DatabaseSettings:
    url: str = setting("sqlite:///careward.db", "sqlite:///path/to/file.db, or postgresql://user:password@host/name.")


@dataclass(frozen=True)
class TelegramSettings:
    token: str = setting("", "The bot's token, from BotFather.", secret=True)
    api_base: str = setting(
        "https://api.telegram.org", "Where the Bot API is; another address only with a Bot API server of your own.")
    intake: str = setting(
        "poll", "How updates come in: 'poll' (nothing to set up), or 'webhook' (needs a public https address).")
    webhook_url: str = setting("", "The public https address that Telegram calls, with intake = 'webhook'.")
    webhook_secret: str = setting(
        "", "At least 32 characters of A-Z a-z 0-9 _ -; Telegram sends it with every call.", secret=True)
    webhook_host: str = setting("127.0.0.1", "Address that the webhook's listener binds to.")
    webhook_port: int = setting(8443, "Port that the webhook's listener binds to.")


@dataclass(frozen=True)
class StaffSettings:
    host: str = setting("127.0.0.1", "Address that the console and the API bind to.")
    port: int = setting(8080, "Port that the console and the API bind to.")
    public_url: str = setting("http://127.0.0.1:8080", "The address that staff type into their browser.")
    secret: str = setting(
        "", "At least 32 random characters; signs page cursors, encrypts secrets, names chats in the journal.", secret=True)
    requests_a_minute: int = setting(
        1200, "How many requests a minute one session or API key may make, at each process; 0: any number.")
    exports_an_hour: int = setting(60, "How many exports (CSV) an hour; 0: any number.")
    trusted_proxies: tuple[str, ...] = setting(
        (), "IP addresses of your own reverse proxies, such as 127.0.0.1: only their X-Forwarded-For is believed.")


@dataclass(frozen=True)
class SingleSignOnSettings:
    """OpenID Connect: staff sign in where the clinic's other programs let them in. Nothing set: with passwords alone."""

    issuer: str = setting("", "The provider's issuer, such as https://login.example.org/realms/clinic; empty for none.")
    client_id: str = setting("", "What the provider knows Careward by. Its redirect address: PUBLIC_URL/sign-in/sso/return; "
        "where it tells of logouts: PUBLIC_URL/sign-in/sso/logout")
    client_secret: str = setting("", "The secret that goes with it.", secret=True)
    name: str = setting("single sign-on", "What staff call it: the button says 'Sign in with' and this.")
    scopes: tuple[str, ...] = setting(("openid", "email", "profile"), "What the provider is asked for.")
    groups_claim: str = setting("groups", "In which claim the provider says in which groups somebody is.")
    roles: tuple[str, ...] = setting(
        (), "Which group has which role, the first that fits counts: 'ward-3=nurse', or 'ward-3=nurse:caseload' with a reach. "
        "Then whoever is in one of them may come in, and nobody else. Empty: only who is on staff already, in their own role.")


@dataclass(frozen=True)
class RetentionSettings:
    raw_updates_days: int = setting(
        30, "How long updates from Telegram are kept as they came, once handled. Days; what they said stays in the record.")
    record_years: int = setting(
        0, "For how many years after the last contact the law makes the clinic keep a patient's record, although they wish to "
        "be forgotten; their phones, addresses and chats go at once. 0: everything does.")
    strangers_days: int = setting(365, "... what people wrote who never became patients. Days; 0, here and below: for ever.")
    chats_days: int = setting(365, "... the language and the time of chats that are nobody's.")
    invitations_days: int = setting(90, "... invitations, after they have expired.")
    alerts_days: int = setting(365, "... alerts that left by mail, SMS or webhook.")
    sign_ins_days: int = setting(30, "... failed attempts to sign in.")
    sessions_days: int = setting(90, "... sessions of staff, after they are over.")
    question_pages_days: int = setting(30, "... links to pages of questions, after they have expired.")
    setup_links_days: int = setting(30, "... one-time links for staff, after they have expired.")
    webhook_deliveries_days: int = setting(30, "... what became of what webhooks were told.")
    answers_to_programs_days: int = setting(2, "... answers to requests that may be repeated with the same Idempotency-Key.")


@dataclass(frozen=True)
class AuditSettings:
    """What seals the audit trail: who did what, who looked at what."""

    key: str = setting(
        "", "At least 32 random characters that seal it, kept elsewhere too; empty: a key that follows from staff.secret.",
        secret=True)
    anchor_file: str = setting(
        "", "Where its last seal is written down, outside of the database: best on another machine's disk. Empty: nowhere.")
    anchor_url: str = setting("", "An https address that is told its last seal each hour; empty: none.")


@dataclass(frozen=True)
class BackupSettings:
    """Backups of everything. Who has no key here has no backups: none is ever written in the clear by itself."""

    folder: str = setting("backups", "Where backups are put: another disk, or a folder that something copies elsewhere.")
    recipients: tuple[str, ...] = setting(
        (), "The public keys that backups are closed for, such as age1...; `careward backup key` makes a pair.")
    every_hours: int = setting(24, "How often `careward run` makes one by itself, with a key; 0: never. Hours.")
    keep: int = setting(30, "How many are kept; older ones are removed. 0: all.")


@dataclass(frozen=True)
class AtRestSettings:
    """What seals names, phones and words in the database, field by field. It is kept outside of it, and elsewhere too: who
    loses it loses them, and no backup of the database alone brings them back."""

    key: str = setting("", "The key of now, from `careward seal key`; empty: everything is kept in the clear.", secret=True)
    old_keys: tuple[str, ...] = setting(
        (), "Keys of before, while `careward seal rotate`, or the running clinic, seals anew what is under them.", secret=True)

    @property
    def keys(self) -> tuple[str, ...]:
        return (self.key, *self.old_keys) if self.key else ()


@dataclass(frozen=True)
class MetricsSettings:
    """Numbers for Prometheus. They name nobody, and are nobody's business outside all the same."""

    host: str = setting("127.0.0.1", "Address that /metrics binds to; never a public one.")
    port: int = setting(0, "Port that /metrics binds to, such as 9187; 0: there is none.")


@dataclass(frozen=True)
class MediaSettings:
    folder: str = setting("media", "Where the files lie that patients and staff send each other; it belongs into every backup.")


@dataclass(frozen=True)
class CheckSettings:
    prompt_again_hours: int = setting(
        4, "Hours after an offered check-in that nobody began, it is offered once more, on the same day; 0: never.")
    call_after: int = setting(2, "After so many check-ins in a row without an answer, staff are asked to call.")
    rest_after: int = setting(
        6, "After so many check-ins in a row without an answer, no more are sent until the patient wishes.")
    questions_in: str = setting(
        "chat", "Where check-ins and questionnaires are asked and answered: 'chat', in Telegram; or 'page', on pages of your "
        "own at staff.public_url, so that Telegram only learns that there is something. The clinic signs which.")

    @property
    def on_pages(self) -> bool:
        return self.questions_in == "page"


@dataclass(frozen=True)
class SendingSettings:
    """What holds for everything that is sent unasked, and for telling many something at once."""

    unasked_a_day: int = setting(
        3, "How many messages a patient gets in 24 hours without having asked, beside safety and planned doses.")
    second_person_above: int = setting(
        50, "A broadcast to more patients than this needs a second person, who is not its author; 0: always.")
    paid_a_second: int = setting(
        0, "Messages a second in broadcasts, 31 to 1000, paid for in Telegram Stars; 0: Telegram's free pace of near 30.")


@dataclass(frozen=True)
class MedicineSettings:
    """What morning, noon, evening and night mean in an order that only names them."""

    morning: str = setting("08:00", "The time for medicines ordered for the morning, for breakfast or once a day.")
    noon: str = setting("12:00", "... for noon, or the midday meal.")
    evening: str = setting("18:00", "... for the evening, or the evening meal.")
    night: str = setting("22:00", "... for the night, or bedtime.")


@dataclass(frozen=True)
class LessonSettings:
    folder: str = setting(
        "", "The clinic's own lessons, laid out like content/education; they add to ours, or take the place of the same name.")
    leave_out: tuple[str, ...] = setting((), "Lessons that nobody is to be shown, by their names, such as low_sugar.")
    series: tuple[str, ...] = setting(
        (), "Series of lessons that begin by themselves, such as first_weeks; empty: none. Each is a file in content/series.")
    offer_after_answers: bool = setting(
        True, "True to offer a lesson that fits after a worrying answer. Never after one that needs help at once.")


@dataclass(frozen=True)
class WordSettings:
    """Clinical words, thresholds and rules: one person proposes a version, another approves it. See *Clinical words*."""

    without_approval: str = setting(
        "shown", "What becomes of lessons and ready replies that no second person has approved: 'shown', and said to be "
        "unreviewed; or 'held', and the last approved version is used. What danger is heard by, and questions, are never held.")
    thresholds_by: str = setting(
        "two", "Who sets a threshold for every patient: 'two', one proposes it and another approves it; or 'one', in a clinic "
        "that has no second person, which is signed for `careward launch-check`. One patient's own is always one clinician's.")


@dataclass(frozen=True)
class AppointmentSettings:
    remind_hours: tuple[str, ...] = setting(("24", "2"), "How long before a visit its patient is reminded. Hours.")
    hold_minutes: int = setting(5, "How long a time is kept for a patient who is making up their mind. Minutes.")
    call_after_hours: int = setting(
        4, "So long after a reminder that nobody answered, the visit is on the desk's list of people to call. Hours.")
    offer_to: int = setting(3, "To how many who wait a freed time is offered at once; the first to accept has it.")
    offer_minutes: int = setting(120, "How long they have to answer, before it is offered to the next. Minutes.")
    calendar_files: bool = setting(True, "True to send patients a file for their phone's calendar with every booking.")
    video_link: str = setting(
        "", "Where video visits are held: an https address with {room} in it, such as https://meet.jit.si/{room}. Every visit "
        "has a room of its own, which nobody can guess, and another when it moves. Empty: the clinic sends links by itself.")
    video_minutes: int = setting(15, "How long before a video visit its patient may join. Minutes.")
    questions_hours: int = setting(
        48, "How long before a visit its patient is asked a few short questions for the clinician. Hours; 0: not at all.")
    brief_hours: int = setting(
        1, "How long before a visit answers and the list of medicines are put into the patient's thread. Hours; 0: not at all.")


@dataclass(frozen=True)
class WebhookSettings:
    """Programs elsewhere that are told what happens. Administrators add them; see /api/docs."""

    private_networks: tuple[str, ...] = setting(
        (), "Networks of your own that they may be in, such as 10.1.2.0/24; else they are on the open internet, by https.")


@dataclass(frozen=True)
class Settings:
    clinic: ClinicSettings = field(default_factory=ClinicSettings)
    database: DatabaseSettings = field(default_factory=DatabaseSettings)
    telegram: TelegramSettings = field(default_factory=TelegramSettings)
    staff: StaffSettings = field(default_factory=StaffSettings)
    single_sign_on: SingleSignOnSettings = field(default_factory=SingleSignOnSettings)
    retention: RetentionSettings = field(default_factory=RetentionSettings)
    audit: AuditSettings = field(default_factory=AuditSettings)
    backup: BackupSettings = field(default_factory=BackupSettings)
    at_rest: AtRestSettings = field(default_factory=AtRestSettings)
    metrics: MetricsSettings = field(default_factory=MetricsSettings)
    media: MediaSettings = field(default_factory=MediaSettings)
    obligations: ObligationSettings = field(default_factory=ObligationSettings)
    checks: CheckSettings = field(default_factory=CheckSettings)
    medicines: MedicineSettings = field(default_factory=MedicineSettings)
    sending: SendingSettings = field(default_factory=SendingSettings)
    appointments: AppointmentSettings = field(default_factory=AppointmentSettings)
    alerts: AlertSettings = field(default_factory=AlertSettings)
    lessons: LessonSettings = field(default_factory=LessonSettings)
    words: WordSettings = field(default_factory=WordSettings)
    webhooks: WebhookSettings = field(default_factory=WebhookSettings)
    demo: bool = setting(False, "True only in the demo, where every person is invented.")


def sections(settings: Settings) -> dict[str, Any]:
    """The sections by name: what a settings file has headings for."""
    return {part.name: getattr(settings, part.name) for part in fields(settings) if part.name != "demo"}
