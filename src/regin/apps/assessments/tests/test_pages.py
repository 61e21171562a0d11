"""Pages, files and panels: what they show, to whom, and what they always say."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import re
import zipfile

import pytest
from django.test import Client
from django.urls import reverse
from django.utils.translation import override

from regin.apps.accounts.actor import VISITOR
from regin.apps.accounts.models import Membership, Role, State, Visibility
from regin.apps.assessments import exports, run_urls, stored_inputs, urls
from regin.apps.assessments.models import Framework, Run
from regin.apps.assessments.operations import record_run
from regin.apps.assessments.operations.starter import ILLUSTRATIVE
from regin.apps.assessments.panels import region_panel
from regin.apps.assessments.tests.factories import (
    make_folder,
    make_framework,
    make_nuts_place,
    make_organisation,
    make_place,
    make_published,
    make_user,
)
from regin.apps.regions.models import Place

pytestmark = pytest.mark.django_db


def addresses(framework: Framework, run: Run) -> dict[str, str]:
    """Every address of this app, from its url configuration, so that a later one is walked too."""
    found = {}
    for namespace, subject in (("frameworks", framework), ("runs", run)):
        module = {"frameworks": urls, "runs": run_urls}[namespace]
        for pattern in module.urlpatterns:
            known = {"slug": subject.slug, "number": 1}
            kwargs = {name: known[name] for name in pattern.pattern.converters}
            name = f"{namespace}:{pattern.name}"
            found[name] = reverse(name, kwargs=kwargs)
    return found


def body_of(client: Client, address: str) -> str:
    response = client.get(address)
    assert response.status_code == 200, address
    if response["Content-Type"] == "application/zip":
        with zipfile.ZipFile(io.BytesIO(response.content)) as archive:
            return "\n".join(archive.read(name).decode() for name in archive.namelist())
    return response.content.decode()


def test_every_page_and_export_of_an_illustrative_assessment_says_so(
    client: Client, framework: Framework, run: Run
) -> None:
    found = addresses(framework, run)
    assert len(found) == 8
    for name, address in found.items():
        assert "illustrative" in body_of(client, address).lower(), name
    labelled = ("list", "detail", "history", "revision")
    for name in [name for name in found if name.split(":")[1] in labelled]:
        assert "label-illustrative" in body_of(client, found[name]), name


def test_a_framework_that_is_not_illustrative_is_not_called_so(
    client: Client, administrator, tmp_path
) -> None:
    make_place("X-A")
    framework = make_framework()
    folder = make_folder(tmp_path / "in", ("X-A", "A", "yes", "no"))
    run = record_run(administrator, framework, folder)
    for name, address in addresses(framework, run).items():
        if "list" not in name and "revision" not in name:
            assert "label-illustrative" not in body_of(client, address), name


def test_the_chart_of_an_illustrative_assessment_says_so(framework: Framework) -> None:
    panel = region_panel(Place.objects.get(key="free-X-NOR"), VISITOR)
    [assessment] = panel.assessments
    assert "Illustrative" in assessment.chart.title
    assert "Illustrative" in assessment.chart.source.name


def test_every_row_of_the_scores_file_says_so(client: Client, run: Run) -> None:
    response = client.get(reverse("runs:scores", kwargs={"slug": run.slug}))
    assert "illustrative" in response["Content-Disposition"]
    rows = list(csv.DictReader(io.StringIO(response.content.decode())))
    assert len(rows) == run.scores.count()
    assert {row["status"] for row in rows} == {"illustrative"}
    assert {row["licence"] for row in rows} == {"CC BY 4.0"}
    assert all(row["source"].endswith(f"{run.public_id}/") for row in rows)


def test_the_scores_file_is_exact_and_leaves_missing_empty(client: Client, run: Run) -> None:
    response = client.get(reverse("runs:scores", kwargs={"slug": run.slug}))
    rows = {
        (r["unit"], r["code"]): r for r in csv.DictReader(io.StringIO(response.content.decode()))
    }
    exact = run.scores.get(place__key="free-X-NOR", code="element:actions").value
    assert rows["X-NOR", "element:actions"]["score"] == repr(exact)
    assert rows["X-NOR", "area:social_security"]["score"] == ""
    assert rows["X-EST", "area:housing"]["score"] == "0.0"
    assert "rank" not in next(iter(rows.values()))


def test_a_formula_in_a_name_is_guarded_in_the_file(administrator, tmp_path) -> None:
    make_place("X-A", native_name="=1+1")
    folder = make_folder(tmp_path / "in", ("X-A", "A", "yes", "no"))
    text = exports.score_csv(record_run(administrator, make_framework(), folder))
    assert {row["name"] for row in csv.DictReader(io.StringIO(text))} == {"'=1+1"}


def test_the_zip_is_the_stored_folder_and_always_the_same_bytes(client: Client, run: Run) -> None:
    address = reverse("runs:input", kwargs={"slug": run.slug})
    with override("sv"):
        other = client.get(reverse("runs:input", kwargs={"slug": run.slug})).content
    content = client.get(address).content
    assert hashlib.sha256(content).digest() == hashlib.sha256(other).digest()
    stem = exports.file_stem(run)
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        for path in stored_inputs.intact(run.input_sha256).iterdir():
            assert archive.read(f"{stem}/index/{path.name}") == path.read_bytes()
        assert "ILLUSTRATIVE" in archive.read(f"{stem}/README.txt").decode()
        assert all(info.date_time[0] == 1980 for info in archive.infolist())
        names = archive.namelist()[1:]
        assert names == sorted(names)
        assert len(names) == 5


def test_a_damaged_input_is_refused_with_what_to_do(client: Client, run: Run) -> None:
    (stored_inputs.folder_of(run.input_sha256) / "data.csv").write_text("x")
    response = client.get(reverse("runs:input", kwargs={"slug": run.slug}))
    assert response.status_code == 503
    assert "restore it from a backup" in response.content.decode()
    assert "Traceback" not in response.content.decode()


def test_pages_stand_without_the_stored_input(client: Client, run: Run, tmp_path) -> None:
    stored_inputs.folder_of(run.input_sha256).rename(tmp_path / "gone")
    assert "INDEX" in body_of(client, run.get_absolute_url())
    page = body_of(client, run.framework.get_absolute_url())
    assert "missing or were changed" in page


def test_the_run_page_shows_what_was_computed_and_how(client: Client, run: Run) -> None:
    page = body_of(client, run.get_absolute_url())
    assert run.input_sha256 in page
    assert run.output_sha256 in page
    assert run.engine_version in page
    assert "score_options" in page
    assert "regin score index --out results" in page
    assert "regin replay results" in page
    assert "“exclude”" in page
    assert "“tree”" in page
    assert "not known which one MIPEX-R uses" in page


def test_a_missing_score_is_a_dash_with_its_reason_and_a_zero_is_a_zero(
    client: Client, run: Run
) -> None:
    page = body_of(client, run.get_absolute_url())
    row = page.split("<code>area:social_security</code>")[1].split("</tr>")[0]
    cells = re.findall(r'<td class="num">(.*?)</td>', row, re.DOTALL)
    assert [cell.startswith('<span class="missing"') for cell in cells] == [False, True]
    assert "no competence" in cells[1]
    row = page.split("<code>area:housing</code>")[1].split("</tr>")[0]
    assert re.findall(r'<td class="num">(\d+)', row) == ["0", "25"]


def test_no_rank_is_shown_and_the_page_says_why(client: Client, run: Run) -> None:
    page = body_of(client, run.get_absolute_url())
    assert "No rank is shown" in page
    assert ">Rank<" not in page


def test_the_questions_are_shown_in_the_language_of_the_page(
    client: Client, framework: Framework
) -> None:
    with override("sv"):
        page = body_of(client, framework.get_absolute_url())
    assert "Tar ett regionalt kontor emot klagomål om diskriminering?" in page
    assert "Does a regional office" not in page
    assert "label-machine" in page
    page = body_of(client, framework.get_absolute_url())
    assert '<td lang="en" dir="auto">Does a regional office take complaints' in page
    assert "Actors and relations" in page


def test_the_list_explains_itself_without_any_framework(client: Client) -> None:
    page = body_of(client, reverse("frameworks:list"))
    assert "No framework is published here yet" in page
    assert "still to come" in page


# --- the panel of a region ------------------------------------------------------------------


def panel_page(client: Client, place: Place) -> str:
    return body_of(client, place.get_absolute_url())


def test_a_real_region_shows_what_every_source_reported(client: Client) -> None:
    place = make_nuts_place("ES99")
    make_published(place, note="read from a chart")
    make_published(place, value=57, as_published="57 of 100", source_url="https://example.org/b")
    page = panel_page(client, place)
    for text in ("54/100", "57 of 100", "https://example.org/a", "https://example.org/b"):
        assert text in page
    assert "read from a chart" in page
    assert "The sources differ" in page
    assert "different editions" not in page


def test_editions_are_said_not_to_be_comparable(framework: Framework) -> None:
    place = make_nuts_place("ES99")
    make_published(place)
    make_published(place, value=57, edition="Second wave")
    published = region_panel(place, VISITOR).published
    assert published is not None
    assert published.several_editions
    assert not published.in_conflict


def test_published_and_illustrative_never_stand_in_one_panel(framework: Framework, run) -> None:
    fictional = Place.objects.get(key="free-X-NOR")
    real = make_nuts_place("ES99")
    for place in (fictional, real):
        make_published(place)
    # Even rows that no operation would write are not shown of a real region.
    run.scores.create(place=real, code="INDEX", level=4, value=1.0, n_observed=1, n_expected=1)
    assert region_panel(fictional, VISITOR).published is None
    assert region_panel(real, VISITOR).assessments == ()
    assert region_panel(real, VISITOR).published is not None


def test_no_group_of_regions_is_ever_shown(client: Client) -> None:
    place = make_nuts_place("ES99")
    make_published(place)
    page = panel_page(client, place).lower()
    assert not any(group in page for group in ("lagging", "advanced group", "inferred"))


def test_a_fictional_region_shows_overall_and_all_parts(framework: Framework, run: Run) -> None:
    place = Place.objects.get(key="free-X-NOR")
    [assessment] = region_panel(place, VISITOR).assessments
    groups = assessment.chart.groups
    assert [group.name for group in groups] == ["", "Element", "Phase", "Target group", "Area"]
    assert [len(group.bars) for group in groups] == [1, 3, 4, 2, 8]
    assert groups[0].bars[0].value == "75"
    missing = [bar for group in groups for bar in group.bars if not bar.value]
    assert [(bar.name, bar.answers) for bar in missing] == [
        ("Social security and assistance", "0 of 0")
    ]
    assert missing[0].step == ""
    assert not assessment.chart.has_intervals


def test_the_panel_links_the_run_and_its_files(client: Client, run: Run) -> None:
    page = panel_page(client, Place.objects.get(key="free-X-NOR"))
    assert run.get_absolute_url() in page
    assert reverse("runs:input", kwargs={"slug": run.slug}) in page
    assert "No rank is shown" in page
    assert "label-illustrative" in page


def test_an_unknown_score_is_explained(client: Client) -> None:
    page = panel_page(client, make_nuts_place("ES99"))
    assert "No score is known here" in page
    assert "Nothing is estimated in their place" in page
    fictional = region_panel(make_place("X-A"), VISITOR)
    assert fictional.is_empty


def test_the_newest_run_of_a_framework_is_shown(administrator, tmp_path) -> None:
    place, framework = make_place("X-A"), make_framework()
    for name, answer in (("old", "no"), ("new", "yes")):
        folder = make_folder(tmp_path / name, ("X-A", "A", answer, answer))
        run = record_run(administrator, framework, folder)
    [assessment] = region_panel(place, VISITOR).assessments
    assert assessment.run == run
    assert assessment.chart.groups[0].bars[0].value == "100"


# --- who sees what --------------------------------------------------------------------------


@pytest.mark.parametrize(
    "hidden",
    [
        {"visibility": Visibility.PRIVATE},
        {"visibility": Visibility.ORGANISATION},
        {"visibility": Visibility.MEMBERS},
        {"state": State.DRAFT},
    ],
)
def test_what_is_not_public_is_not_there_for_a_visitor(
    client: Client, framework: Framework, run: Run, hidden: dict[str, str]
) -> None:
    found = addresses(framework, run)
    found.pop("frameworks:list")
    Framework._base_manager.filter(pk=framework.pk).update(**hidden)
    for name, address in found.items():
        assert client.get(address).status_code == 404, name
    assert framework.public_id not in body_of(client, reverse("frameworks:list"))
    assert region_panel(Place.objects.get(key="free-X-NOR"), VISITOR).is_empty


def test_a_private_framework_is_not_there_for_another_organisation(
    client: Client, administrator, tmp_path
) -> None:
    make_place("X-A")
    framework = make_framework(visibility=Visibility.PRIVATE)
    run = record_run(
        administrator, framework, make_folder(tmp_path / "in", ("X-A", "A", "yes", "no"))
    )
    address = reverse("runs:input", kwargs={"slug": run.slug})
    editor = make_user()
    membership = {"user": editor, "role": Role.EDITOR}
    other = Membership.objects.create(organisation=make_organisation(), **membership)
    client.force_login(editor)
    assert client.get(address).status_code == 404
    assert client.get(framework.get_absolute_url()).status_code == 404
    other.delete()
    Membership.objects.create(organisation=framework.organisation, **membership)
    assert client.get(address).status_code == 200
    assert client.get(framework.get_absolute_url()).status_code == 200


@pytest.mark.parametrize(
    "slug",
    ["x", "-", "0" * 13, "a" * 5000, "..%2f..%2fsecret.key", "%00", "' OR 1=1 --", "<script>", "é"],
)
@pytest.mark.parametrize("kind", ["frameworks", "runs"])
def test_a_hostile_address_is_not_found(client: Client, kind: str, slug: str) -> None:
    for rest in ("", "input.zip", "scores.csv", "history/"):
        response = client.get(f"/en/{kind}/{slug}/{rest}")
        assert response.status_code == 404


def test_another_spelling_leads_to_the_address_of_today(client: Client, run: Run) -> None:
    for subject in (run, run.framework):
        response = client.get(reverse(f"{subject.kind}:detail", kwargs={"slug": subject.public_id}))
        assert response.status_code == 302
        assert response["Location"] == subject.get_absolute_url()


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
def test_pages_only_answer_to_reading(client: Client, framework, run, method: str) -> None:
    for name, address in addresses(framework, run).items():
        assert getattr(client, method)(address).status_code == 405, name


# --- cost -----------------------------------------------------------------------------------


def queries(client: Client, address: str, count) -> int:
    client.get(address)
    with count() as found:
        assert client.get(address).status_code == 200
    return len(found)


def test_the_list_costs_the_same_for_one_and_for_twenty(
    client: Client, framework: Framework, django_count
) -> None:
    address = reverse("frameworks:list")
    before = queries(client, address, django_count)
    for _ in range(19):
        made = make_framework()
        made.set_text("title", "en", "Another")
    assert queries(client, address, django_count) == before


def test_a_framework_costs_the_same_with_more_runs(
    client: Client, framework: Framework, administrator, django_count
) -> None:
    before = queries(client, framework.get_absolute_url(), django_count)
    for _ in range(5):
        record_run(
            administrator, framework, stored_inputs.shelf() / framework.runs.first().input_sha256
        )
    assert queries(client, framework.get_absolute_url(), django_count) == before


def test_a_run_costs_the_same_with_more_units(
    client: Client, administrator, tmp_path, django_count
) -> None:
    framework = make_framework()
    costs = []
    for size in (1, 30):
        rows = []
        for number in range(size):
            unit = f"X-{size}-{number}"
            make_place(unit)
            rows.append((unit, unit, "yes", "no"))
        run = record_run(administrator, framework, make_folder(tmp_path / str(size), *rows))
        costs.append(queries(client, run.get_absolute_url(), django_count))
        costs.append(
            queries(client, reverse("runs:scores", kwargs={"slug": run.slug}), django_count)
        )
    assert costs[:2] == costs[2:]


def test_units_beyond_the_first_page_are_reached(client: Client, administrator, tmp_path) -> None:
    rows = [(f"X-{number:02d}", f"Unit {number}", "yes", "no") for number in range(11)]
    for unit, *_ in rows:
        make_place(unit)
    run = record_run(administrator, make_framework(), make_folder(tmp_path / "in", *rows))
    assert "Place X-10" not in body_of(client, run.get_absolute_url())
    assert "Place X-10" in body_of(client, f"{run.get_absolute_url()}?page=2")
    assert "Place X-00" in body_of(client, f"{run.get_absolute_url()}?page=%00")


def test_a_panel_costs_the_same_with_more_runs(
    framework: Framework, administrator, django_count
) -> None:
    place = Place.objects.prefetch_related("names").get(key="free-X-NOR")
    costs = []
    for _ in range(2):
        with django_count() as found:
            region_panel(place, VISITOR)
        costs.append(len(found))
        for _again in range(4):
            record_run(administrator, framework, ILLUSTRATIVE)
    assert costs[0] == costs[1]


def test_the_history_of_a_framework_speaks_words(client: Client, framework: Framework) -> None:
    with override("de"):
        address = reverse("frameworks:revision", kwargs={"slug": framework.slug, "number": 1})
        history = reverse("frameworks:history", kwargs={"slug": framework.slug})
        title = framework.title.text
    for page in (body_of(client, address), body_of(client, history)):
        assert title in page
        rows = re.findall(r'<th scope="row">(.*?)</th>\s*<td[^>]*>(.*?)</td>', page, re.DOTALL)
        assert len(rows) > 50
        for label, value in rows:
            assert not re.search(r"texts\.|parts\.|\.state|source_language|is_illustrative", label)
            assert value not in {"original", "machine", "human", "approved", "outdated"}


def test_a_label_names_the_part_and_one_that_is_gone_goes_by_its_code(framework: Framework) -> None:
    with override("en"):
        assert framework.revision_label("parts.area:housing.texts.name") == "Name of “Housing”"
        assert framework.revision_label("parts.area:housing.order") == "Position of “Housing”"
        assert framework.revision_label("parts.area:gone.order") == "Position of “area:gone”"
    assert framework.revision_label("texts.title") is None


def test_the_download_of_a_revision_says_beside_its_seal_that_it_is_illustrative(
    client: Client, framework: Framework
) -> None:
    address = reverse("frameworks:revision_json", kwargs={"slug": framework.slug, "number": 1})
    said = json.loads(client.get(address).content)
    assert said["status"].startswith("Illustrative")
    assert "status" not in said["content"]
