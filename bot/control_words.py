"""Words that steer a conversation from any step: back, skip, help, repeat, stop, pause, go on, and a person.

They count only when typed alone. Where the question on screen has such a word among its answers, it is that answer.
"""

from collections.abc import Mapping
from functools import cache

from bot.flows.kinds import as_typed, plain
from care.heart.language import Msg, _

BACK, SKIP, HELP, REPEAT, STOP, PAUSE, GO_ON, HUMAN = "back", "skip", "help", "repeat", "stop", "pause", "go on", "human"
WHY = "why"

LABELS: Mapping[str, Msg] = {
    BACK: _("Back"), SKIP: _("Skip"), PAUSE: _("Pause"), GO_ON: _("Go on"), HUMAN: _("Talk to a person")}

WORDS: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    BACK: {
        "en": ("back", "go back", "previous"), "es": ("atrás", "volver", "anterior", "regresar"),
        "fr": ("retour", "précédent", "revenir", "en arrière"), "de": ("zurück", "zurueck", "vorherige", "vorige"),
        "pt-BR": ("voltar", "volta", "anterior"), "ru": ("назад", "вернуться", "обратно")},
    SKIP: {
        "en": ("skip", "skip it", "skip this"), "es": ("saltar", "omitir", "saltar esta"),
        "fr": ("passer", "sauter", "ignorer"), "de": ("überspringen", "ueberspringen", "auslassen"),
        "pt-BR": ("pular", "saltar"), "ru": ("пропустить", "пропуск")},
    HELP: {
        "en": ("help", "menu", "?"), "es": ("ayuda", "menú"), "fr": ("aide", "menu"), "de": ("hilfe", "menü", "menue"),
        "pt-BR": ("ajuda", "menu"), "ru": ("помощь", "справка", "меню")},
    REPEAT: {
        "en": ("repeat", "say again", "say that again", "again"), "es": ("repetir", "repita", "repite", "otra vez"),
        "fr": ("répéter", "répétez", "encore une fois"), "de": ("wiederholen", "nochmal", "noch einmal", "noch mal"),
        "pt-BR": ("repetir", "repita", "repete", "de novo"), "ru": ("повтори", "повторить", "повторите", "ещё раз")},
    STOP: {
        "en": ("stop", "unsubscribe"), "es": ("parar", "para", "basta", "alto", "baja", "detener"),
        "fr": ("stop", "arrêter", "arrête", "arrêtez", "désabonner"),
        "de": ("stopp", "stop", "aufhören", "aufhoeren", "abmelden"),
        "pt-BR": ("parar", "pare", "quero parar", "sair"),
        "ru": ("стоп", "хватит", "прекратить", "отписаться", "хочу отписаться", "не пишите мне")},
    PAUSE: {
        "en": ("pause", "later", "not now"), "es": ("pausa", "luego", "más tarde", "ahora no"),
        "fr": ("pause", "plus tard", "pas maintenant"), "de": ("pause", "später", "spaeter", "nicht jetzt", "jetzt nicht"),
        "pt-BR": ("pausa", "depois", "mais tarde", "agora não"), "ru": ("пауза", "позже", "потом", "не сейчас")},
    GO_ON: {
        "en": ("go on", "continue", "resume"), "es": ("seguir", "continuar"), "fr": ("continuer", "reprendre"),
        "de": ("weiter", "weitermachen", "fortsetzen"), "pt-BR": ("continuar", "seguir"), "ru": ("продолжить", "дальше")},
    HUMAN: {
        "en": ("human", "person", "a person", "real person", "someone", "agent", "operator", "nurse", "talk to a person",
               "talk to someone", "talk to a human", "speak to someone", "talk to a nurse"),
        "es": ("humano", "persona", "una persona", "operador", "operadora", "enfermera", "enfermero", "hablar con una persona",
               "hablar con alguien", "quiero hablar con alguien"),
        "fr": ("humain", "personne", "une personne", "quelqu'un", "opérateur", "infirmière", "infirmier",
               "parler à une personne", "parler à quelqu'un", "parler à un humain"),
        "de": ("mensch", "person", "ein mensch", "jemand", "mitarbeiter", "pflegekraft", "krankenschwester",
               "mit jemandem sprechen", "mit einem menschen sprechen", "mensch bitte"),
        "pt-BR": ("humano", "pessoa", "uma pessoa", "atendente", "enfermeira", "enfermeiro", "falar com uma pessoa",
                  "falar com alguém", "quero falar com uma pessoa", "quero falar com alguém"),
        "ru": ("человек", "оператор", "медсестра", "живой человек", "поговорить с человеком", "хочу поговорить с человеком",
               "позовите человека", "позовите медсестру")},
    WHY: {
        "en": ("why did i get this", "why did i get this message", "why do i get this", "why do i get these messages",
               "why are you writing to me"),
        "es": ("por qué recibí esto", "por qué recibí este mensaje", "por qué me llega esto", "por qué me llegó esto",
               "por qué me escriben", "por qué me escribe"),
        "fr": ("pourquoi ce message", "pourquoi ai-je reçu ce message", "pourquoi j'ai reçu ça",
               "pourquoi est-ce que je reçois ça", "pourquoi m'écrivez-vous"),
        "de": ("warum bekomme ich das", "warum habe ich das bekommen", "warum bekomme ich diese nachricht",
               "warum habe ich diese nachricht bekommen", "warum schreiben sie mir"),
        "pt-BR": ("por que recebi isso", "por que recebi isto", "por que recebi esta mensagem", "por que recebo isso",
                  "por que me escreveram"),
        "ru": ("почему я это получил", "почему я это получила", "почему мне это пришло", "почему мне пришло это сообщение",
               "почему вы мне пишете", "зачем мне это пришло")},
}

# Words that may well be what a patient wants to say where any words are an answer: a sore back, nobody, again, later.
ALSO_SAID = frozenset(map(plain, (
    "back", "volta", "again", "encore une fois", "otra vez", "de novo", "nochmal", "noch einmal", "ещё раз", "later", "luego",
    "más tarde", "plus tard", "später", "spaeter", "depois", "mais tarde", "потом", "позже", "not now", "person", "someone",
    "nurse", "personne", "quelqu'un", "jemand", "enfermera", "persona", "pessoa", "человек", "медсестра", "para", "alto",
    "baja", "menu")))


def meaning(words: str) -> str | None:
    """What these words, typed alone, ask for; None if they steer nothing."""
    return _meanings().get(plain(words)) or _meanings().get(plain(words.strip(" ?¿")))


def may_be_said(words: str) -> bool:
    """Whether this word may as well be what a patient wants to say."""
    return plain(words) in ALSO_SAID


def words_for(*wanted: str) -> frozenset[str]:
    """Every word that asks for one of these, as `plain` has it."""
    return frozenset(word for word, meaning in _meanings().items() if meaning in wanted)


@cache
def _meanings() -> dict[str, str]:
    found: dict[str, str] = {}
    for meaning, languages in WORDS.items():
        for spoken in languages.values():
            for word in spoken:
                found.setdefault(plain(word), meaning)
        for word in as_typed(LABELS[meaning]) if meaning in LABELS else ():
            found.setdefault(word, meaning)
    return found
