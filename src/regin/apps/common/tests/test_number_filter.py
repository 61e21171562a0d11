"""Counts in templates, written as the language of the page writes them."""

import pytest
from django.template import Context, Template
from django.utils.translation import override


@pytest.mark.parametrize(
    ("language", "written"),
    [("en", "18,690"), ("de", "18.690"), ("sv", "18\xa0690"), ("fr", "18\xa0690")],
)
def test_a_count_is_grouped_as_the_language_groups_it(language, written):
    with override(language):
        assert Template("{{ count|whole }}").render(Context({"count": 18690})) == written


@pytest.mark.parametrize("count", ["", None])
def test_a_count_that_is_not_known_is_no_zero(count):
    assert Template("{{ count|whole }}").render(Context({"count": count})) == "–"


def test_a_small_count_is_itself():
    assert Template("{{ count|whole }}").render(Context({"count": 0})) == "0"
