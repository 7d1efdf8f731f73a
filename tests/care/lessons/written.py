"""Lessons written for tests, small and right; each test says what it changes in them."""

from pathlib import Path

ENGLISH = """+++
title = "When your sugar is low"
topic = "conditions"
conditions = ["diabetes"]
medicines = ["insulin"]
stage = []
offer_when = ["diabetes.low", "diabetes.high"]
author = "Careward"
version = 1
reviewed_by = ""
reviewed_on = ""
review_by = 2027-11-30
keywords = ["low sugar", "hypo", "shaky hands"]

[[source]]
title = "Low blood sugar"
url = "https://www.cdc.gov/diabetes"
cited = 2026-11-30

[[question]]
ask = "Your sugar is low. What helps first?"
answers = ["A glass of juice", "A long walk", "To wait an hour"]
right = 0
well_done = "Yes. Juice is quick."
again = "Sugar that you drink gets into the blood fast. A walk uses up sugar."
+++
Your sugar can go **low**. You may shake, sweat or feel _odd_.
---
Drink a glass of juice:

- sit down
- wait 15 minutes
---
Then test again. If it is still low, drink one more glass.
"""
FRENCH = """+++
title = "Quand le sucre est bas"
version = 1
translates = 1
translator = "Careward"
reviewed_by = ""
reviewed_on = ""
keywords = ["sucre bas", "hypoglycémie"]

[[question]]
ask = "Le sucre est bas. Que faire tout de suite ?"
answers = ["Boire du jus", "Marcher loin", "Attendre une heure"]
right = 0
well_done = "Oui. Le jus agit vite."
again = "Le sucre que l’on boit passe vite dans le sang. La marche use le sucre."
+++
Le sucre peut être trop **bas**. On tremble, on a chaud.
---
Buvez un verre de jus :

- restez là
- attendez un peu
---
Mesurez encore une fois. Si c’est bas, buvez encore un verre.
"""


def write(folder: Path, name: str = "low_sugar", *, english: str = ENGLISH, french: str | None = FRENCH) -> Path:
    """A lesson in a folder of lessons; returns that folder."""
    place = folder / name
    place.mkdir(parents=True, exist_ok=True)
    (place / "en.md").write_text(english, encoding="utf-8")
    if french is not None:
        (place / "fr.md").write_text(french, encoding="utf-8")
    return folder
