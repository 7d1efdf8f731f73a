"""The staff's door, as the tests of the API know it."""

from tests.staff_api.conftest import (  # noqa: F401 - fixtures
    add_patient,
    described,
    door,
    nurse,
    signed_in,
    stranger,
    with_scopes,
)
