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


def test_a_small_count_is_itself():
    assert Template("{{ count|whole }}").render(Context({"count": 0})) == "0"
