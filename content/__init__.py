"""Reviewed words and numbers of the product, as data: red-flag rules, crisis cards, catalogues of translations."""

from pathlib import Path

FOLDER = Path(__file__).parent
