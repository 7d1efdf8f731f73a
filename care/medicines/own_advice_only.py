"""Medicines about which nothing general is said when a dose was missed: what is right depends on the patient, and being wrong
does harm. The patient is sent to a person, unless the prescriber has written what to do.

The kinds are ours, after what the NHS Specialist Pharmacy Service says of advising on missed doses (that hardly anything
general can be said), and the leaflets of these medicines. Names are International Nonproprietary Names, as stems that stand in
English, Spanish, French, German, Portuguese and Russian. Version 1, 2026-11-30. Not yet reviewed by a clinician or pharmacist.
It knows no brands: one without its ingredient on record is not found. What staff marked critical always is.
"""

import unicodedata
from functools import cache

from care.medicines.regimens import Medicine

STEMS: dict[str, str] = {
    "anticoagulants":
        "warfarin acenocoumarol acenocumarol phenprocoumon fenprocumon fluindion apixaban rivaroxaban "
        "edoxaban dabigatran heparin enoxaparin dalteparin tinzaparin nadroparin fondaparinux варфарин "
        "аценокумарол апиксабан ривароксабан эдоксабан дабигатран гепарин эноксапарин надропарин "
        "фондапаринукс",
    "insulin": "insulin инсулин",
    "antiepileptics":
        "valpro lamotrigin levetiracetam carbamazepin oxcarbazepin eslicarbazepin phenytoin fenitoin "
        "phenobarbital fenobarbital topiramat lacosamid zonisamid brivaracetam perampanel clobazam primidon "
        "ethosuximid etosuximid вальпро ламотриджин леветирацетам карбамазепин окскарбазепин фенитоин "
        "фенобарбитал топирамат лакосамид",
    "contraceptives":
        "levonorgestrel desogestrel drospirenon gestoden norgestimat norelgestromin ethinylestradiol "
        "etinilestradiol dienogest etonogestrel левоноргестрел дезогестрел дроспиренон гестоден "
        "этинилэстрадиол диеногест",
    "methotrexate": "methotrexat metotrexat метотрексат",
    "immunosuppressants":
        "tacrolimus ciclosporin cyclosporin mycophenol micofenol azathioprin azatioprin sirolimus everolimus "
        "такролимус циклоспорин микофенол азатиоприн сиролимус эверолимус",
    "opioids":
        "morphin morfin oxycodon oxicodon hydromorphon hidromorfon fentanyl fentanil methadon metadon "
        "buprenorphin buprenorfin tramadol tapentadol codein морфин оксикодон фентанил метадон бупренорфин "
        "трамадол тапентадол кодеин",
    "clozapine": "clozapin клозапин",
    "HIV":
        "abacavir lamivudin emtricitabin tenofovir zidovudin dolutegravir bictegravir raltegravir "
        "cabotegravir efavirenz rilpivirin doravirin darunavir atazanavir lopinavir абакавир ламивудин "
        "эмтрицитабин тенофовир зидовудин долутегравир биктегравир ралтегравир эфавиренз рилпивирин дарунавир "
        "атазанавир лопинавир",
    "tuberculosis":
        "rifampicin rifampin rifabutin rifapentin isoniazid pyrazinamid pirazinamid ethambutol etambutol "
        "bedaquilin linezolid рифампицин рифабутин изониазид пиразинамид этамбутол бедаквилин линезолид"}


def kind_of(medicine: Medicine) -> str | None:
    """Which of these kinds a medicine is, by its name or ingredient; None if it is none that we know."""
    words = _plain(f"{medicine.name} {medicine.ingredient or ''}").split()
    return next((kind for kind, stems in _stems().items() if any(word.startswith(stems) for word in words)), None)


def needed(medicine: Medicine) -> bool:
    """Whether only the prescriber's own advice will do."""
    return medicine.critical or kind_of(medicine) is not None


@cache
def _stems() -> dict[str, tuple[str, ...]]:
    return {kind: tuple(_plain(stems).split()) for kind, stems in STEMS.items()}


def _plain(words: str) -> str:
    """In small letters, without accents; what joins two names ("lamivudine/zidovudine") parts them."""
    return "".join(one if one.isalnum() else " " for one in unicodedata.normalize("NFKD", words.casefold())
                   if not unicodedata.combining(one))
