"""Names of languages, alone and inside a sentence."""

from __future__ import annotations

import pytest
from django.template import Context, Template
from django.utils.translation import override

from regin.apps.common.translating import language_name

pytestmark = pytest.mark.any_database


@pytest.mark.parametrize(
    ("active", "alone", "inside"),
    [
        ("sv", "Tyska", "tyska"),
        ("fr", "Allemand", "allemand"),
        ("en", "German", "German"),
        ("de", "Deutsch", "Deutsch"),
    ],
)
def test_a_language_is_written_as_the_sentence_wants_it(active, alone, inside) -> None:
    with override(active):
        assert language_name("de") == alone
        assert language_name("de", in_sentence=True) == inside


def test_an_unknown_code_is_its_own_name() -> None:
    assert language_name("NUTS 2016", in_sentence=True) == "NUTS 2016"


def test_badges_write_it_as_inside_a_sentence() -> None:
    badge = Template('{% include "partials/badge.html" with kind="fallback" language="de" %}')
    with override("sv"):
        assert "tyska" in badge.render(Context())
