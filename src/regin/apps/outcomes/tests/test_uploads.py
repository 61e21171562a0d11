"""An officer brings a file that no series has yet."""

import re

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from regin.apps.accounts.models import Role, State
from regin.apps.outcomes.figures import first_breakdown
from regin.apps.outcomes.models import Import, Series, Upload
from regin.apps.outcomes.operations import uploads
from regin.apps.regions.tests.factories import make_actor, make_organisation

from .factories import figures, load, make_austria, make_series, tsv, write

pytestmark = pytest.mark.django_db

TWO_UNITS = tsv(
    "T,PC,AT=4.9 b|4.3",
    "T,THS,AT=490|430",
    "F,PC,AT1=6.2|5.5",
    "F,THS,AT1=62|55",
    head="sex,unit,geo\\time",
)
SAID = {
    "title": "Jobless",
    "unit": "percent",
    "measure": "share",
    "decimals": "1",
    "code": "jobless",
    "source": "Office",
    "dataset": "UNE",
    "licence": "CC BY 4.0",
    "attribution": "Source: Office",
    "of_unit": "PC",
}


@pytest.fixture(autouse=True)
def _storage(settings, tmp_path):
    storage = {**settings.STORAGES["default"], "OPTIONS": {"location": tmp_path / "kept"}}
    settings.STORAGES = {**settings.STORAGES, "default": storage}


@pytest.fixture
def editor(client):
    make_austria()
    actor = make_actor(make_organisation(), Role.EDITOR)
    client.force_login(actor.user, backend="allauth.account.auth_backends.AuthenticationBackend")
    return actor


def bring(client, actor, content: str = TWO_UNITS, name: str = "estat_une.tsv"):
    (organisation,) = actor.organisations_where(Role.EDITOR)
    file = SimpleUploadedFile(name, content.encode())
    return client.post(reverse("outcomes:begin"), {"file": file, "organisation": organisation})


def describe(client, **changes):
    upload = Upload.objects.get()
    return client.post(
        reverse("outcomes:describe", kwargs={"key": upload.key}), {**SAID, **changes}
    )


def test_a_file_is_recognised_and_its_dimensions_are_shown(client, editor):
    page = client.get(bring(client, editor).url)
    words = " ".join(re.sub(r"<[^>]+>", " ", page.content.decode()).split())
    assert "Eurostat TSV" in words
    assert "UNE" in words
    assert "PC , THS" in words
    assert not Series._base_manager.exists()


def test_a_described_file_becomes_a_draft_series_with_a_preview(client, editor):
    bring(client, editor)
    answer = describe(client)
    series = Series._base_manager.get()
    staged = Import.objects.get()
    assert answer.url == reverse("outcomes:preview", kwargs={"slug": series.slug, "number": 1})
    assert (series.state, series.unit_code, series.selection) == (State.DRAFT, "PC", {})
    assert (staged.summary["new"], staged.summary["left_out"]) == (4, {"unit": 2})
    client.post(reverse("outcomes:accept", kwargs={"slug": series.slug, "number": 1}))
    assert figures(series)["T", "AT", "2013"] == (4.9, "b")
    assert len(figures(series)) == 4


def test_the_upload_and_its_content_go_when_the_series_is_made(
    client, editor, django_capture_on_commit_callbacks
):
    bring(client, editor)
    stored = Upload.objects.get().stored
    assert default_storage.exists(stored)
    with django_capture_on_commit_callbacks(execute=True):
        describe(client)
    assert not Upload.objects.exists()
    assert not default_storage.exists(stored)


def test_a_newer_file_of_a_known_table_goes_into_its_series(client, editor, tmp_path):
    (organisation,) = editor.organisations_where(Role.EDITOR)
    series = make_series(organisation_id=organisation, organisation=None, dataset="une")
    load(series, write(tmp_path, tsv("T,AT=1|2")))
    page = client.get(bring(client, editor, tsv("T,AT=1|3")).url)
    address = reverse(
        "outcomes:into", kwargs={"key": Upload.objects.get().key, "slug": series.slug}
    )
    assert address in page.content.decode()
    client.post(address)
    assert Import.objects.get(state=Import.State.STAGED).summary["changed"] == 1


def test_a_file_that_cannot_be_read_is_not_kept(client, editor):
    page = bring(client, editor, "nothing\n")
    assert page.status_code == 422
    assert not Upload.objects.exists()


def test_a_saved_web_page_is_told_as_one(client, editor):
    page = bring(client, editor, "<!DOCTYPE html><html><body>Error 404</body></html>")
    assert page.status_code == 422
    assert "a web page in place of a table" in page.content.decode()
    assert not Upload.objects.exists()


def test_what_the_file_cannot_be_is_said_and_nothing_is_made(client, editor):
    bring(client, editor)
    page = describe(client, highest="5")
    assert page.status_code == 422
    assert "is impossible in this series" in page.content.decode()
    assert not Series._base_manager.exists()
    assert Upload.objects.exists()


def test_a_short_name_is_given_once(client, editor):
    (organisation,) = editor.organisations_where(Role.EDITOR)
    make_series(organisation_id=organisation, organisation=None, code="jobless")
    bring(client, editor)
    assert "of that name already" in describe(client, code="Jobless").content.decode()


def test_a_file_can_be_dropped_and_is_dropped_after_a_week(client, editor):
    bring(client, editor)
    client.post(reverse("outcomes:forget", kwargs={"key": Upload.objects.get().key}))
    assert not Upload.objects.exists()
    bring(client, editor)
    old = timezone.now() - uploads.KEPT * 2
    Upload.objects.update(created_at=old)
    bring(client, editor)
    assert Upload.objects.get().created_at > old


def test_nobody_else_sees_it(client, editor):
    bring(client, editor)
    address = reverse("outcomes:describe", kwargs={"key": Upload.objects.get().key})
    colleague = make_actor(Upload.objects.get().organisation, Role.EDITOR)
    client.force_login(
        colleague.user, backend="allauth.account.auth_backends.AuthenticationBackend"
    )
    assert client.get(address).status_code == 404
    client.logout()
    assert client.get(address).status_code == 404


def test_the_content_goes_with_the_person(client, editor, django_capture_on_commit_callbacks):
    bring(client, editor)
    stored = Upload.objects.get().stored
    with django_capture_on_commit_callbacks(execute=True):
        editor.user.delete()
    assert not default_storage.exists(stored)


LABELLED = """DATAFLOW,LAST UPDATE,freq,unit,border,sex,geo,TIME_PERIOD,OBS_VALUE,OBS_FLAG
ESTAT:UNE(1.0),01/01/24,Annual,Thousand persons,All borders,Females,Austria,2023,12.5,b
ESTAT:UNE(1.0),01/01/24,Annual,Thousand persons,All borders,Males,Austria,2023,22.5,
"""


def test_a_file_of_labels_begins_a_series_with_codes(client, editor):
    bring(client, editor, LABELLED, "une.csv")
    page = client.get(reverse("outcomes:describe", kwargs={"key": Upload.objects.get().key}))
    assert 'value="THS_PER"' in page.content.decode()
    answer = describe(client, of_unit="THS_PER", of_freq="A", of_border="All borders")
    assert answer.status_code == 302
    series = Series._base_manager.get()
    assert (series.unit_code, series.frequency) == ("THS_PER", "A")
    assert Import.objects.get().summary["new"] == 2


def test_a_choice_among_several_codes_is_not_made_for_anybody(client, editor):
    bring(client, editor)
    page = describe(client, of_unit="")
    assert page.status_code == 422
    assert not Series._base_manager.exists()


def test_a_series_shows_everybody_first(client, editor):
    bring(client, editor)
    describe(client)
    series = Series._base_manager.get()
    client.post(reverse("outcomes:accept", kwargs={"slug": series.slug, "number": 1}))
    assert first_breakdown(series, list(series.breakdowns.all())).sex == "T"
