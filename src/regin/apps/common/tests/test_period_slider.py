from __future__ import annotations

import pytest
from django.template.loader import render_to_string

pytestmark = pytest.mark.any_database


def test_without_a_script_a_period_is_a_select_with_its_label() -> None:
    choices = [
        {"value": year, "label": year, "is_chosen": year == "2015"} for year in ("2014", "2015")
    ]
    context = {"name": "year", "label": "<Year>", "choices": choices}
    html = render_to_string("common/_period_slider.html", context)
    assert '<label for="year-select">&lt;Year&gt;</label>' in html
    assert '<select name="year" id="year-select"' in html
    assert '<option value="2015" selected>2015</option>' in html
    assert html.count(" selected") == 1
    assert "hidden" not in html
