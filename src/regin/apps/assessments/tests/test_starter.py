"""Starter content: loaded twice changes nothing, and invents nothing about a real region."""

from __future__ import annotations

import csv

import pytest
from django.conf import settings
from django.http import Http404
from django.utils.translation import override

from regin.apps.accounts.actor import VISITOR
from regin.apps.assessments import stored_inputs
from regin.apps.assessments.models import Framework, PublishedScore, Run, Score
from regin.apps.assessments.operations import (
    load_illustrative,
    load_published_scores,
    record_run,
)
from regin.apps.assessments.operations.starter import DATA, ILLUSTRATIVE
from regin.apps.assessments.tests.factories import make_nuts_place
from regin.apps.common.models.text import TextState
from regin.apps.common.operations import revisions_of
from regin.apps.regions.models import Place

pytestmark = pytest.mark.django_db


def published_rows() -> list[dict[str, str]]:
    with (DATA / "published_scores.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def make_published_places() -> None:
    for row in published_rows():
        make_nuts_place(row["code"], native_name=row["region"])


def test_loading_twice_adds_nothing(framework: Framework, administrator) -> None:
    before = (Run.objects.count(), Score.objects.count(), framework.parts.count())
    again = load_illustrative(administrator)
    assert again.pk == framework.pk
    assert (Run.objects.count(), Score.objects.count(), again.parts.count()) == before
    assert revisions_of(again).count() == 1


def test_loading_again_brings_a_lost_input_back(run: Run, administrator, tmp_path) -> None:
    stored_inputs.folder_of(run.input_sha256).rename(tmp_path / "gone")
    load_illustrative(administrator)
    assert stored_inputs.intact(run.input_sha256)
    assert Run.objects.count() == 1


def test_another_engine_makes_another_run(run: Run, administrator) -> None:
    Run.objects.update(engine_version="0.0.0")
    load_illustrative(administrator)
    assert Run.objects.count() == 2


def test_everybody_sees_the_illustrative_framework(framework: Framework) -> None:
    assert Framework.objects.visible_to(VISITOR).get() == framework
    assert framework.is_illustrative
    assert Run.objects.visible_to(VISITOR).count() == 1


def test_every_text_is_there_in_every_language(framework: Framework) -> None:
    parts = list(framework.parts.all())
    assert len([part for part in parts if part.code]) == 17
    assert len([part for part in parts if not part.code]) == 4
    for language in settings.CONTENT_LANGUAGES:
        shown = [framework.text(field, language) for field in ("title", "summary")]
        shown += [part.text("name", language) for part in parts]
        assert all(text is not None and not text.is_fallback for text in shown), language
        states = {text.state for text in shown if text is not None}
        assert states == {TextState.ORIGINAL if language == "en" else TextState.MACHINE}


def test_an_axis_comes_before_its_parts(framework: Framework) -> None:
    with override("sv"):
        first, second = framework.parts.all()[:2]
        assert (str(first.text("name")), str(second.text("name"))) == ("Element", "Åtgärder")


def test_only_fictional_regions_have_illustrative_scores(run: Run) -> None:
    places = Place.objects.filter(scores__run__framework__is_illustrative=True).distinct()
    assert {place.key for place in places} == {"free-X-NOR", "free-X-EST"}
    assert all(place.is_fictional for place in places)


def test_reference_points_are_those_of_the_file(administrator) -> None:
    make_published_places()
    assert load_published_scores(administrator) == len(published_rows()) == 8
    score = PublishedScore.objects.get(place__key="nuts-ES21")
    assert (score.value, score.as_published) == (77.0, "77 sobre 100")
    assert score.source_url.startswith("https://")


def test_reference_points_twice_are_the_same_and_a_withdrawn_one_goes(administrator) -> None:
    make_published_places()
    load_published_scores(administrator)
    keys = set(PublishedScore.objects.values_list("pk", flat=True))
    withdrawn = PublishedScore.objects.get(place__key="nuts-ES21")
    PublishedScore.objects.create(
        place=withdrawn.place,
        edition="withdrawn",
        value=1,
        as_published="1",
        source_name="x",
        source_url="https://example.org/withdrawn",
    )
    load_published_scores(administrator)
    assert set(PublishedScore.objects.values_list("pk", flat=True)) == keys


def test_the_file_holds_overall_scores_and_no_inferred_group() -> None:
    rows = published_rows()
    assert {row["axis"] for row in rows} == {"overall"}
    groups = ("advanced", "intermediate", "lagging", "inferred")
    assert not any(group in " ".join(row.values()).lower() for row in rows for group in groups)


def test_only_an_administrator_loads(framework: Framework) -> None:
    for verb in (load_illustrative, load_published_scores):
        with pytest.raises(Http404):
            verb(VISITOR)
    with pytest.raises(Http404):
        record_run(VISITOR, framework, ILLUSTRATIVE)
