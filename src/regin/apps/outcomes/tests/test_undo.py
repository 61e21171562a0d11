"""Take an import back; what was published before stays readable."""

import pytest
from django.http import Http404
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from regin.apps.accounts.models import Role
from regin.apps.common.models import AuditEntry
from regin.apps.outcomes.models import FormerFigure, Import, Observation, Series
from regin.apps.outcomes.operations import ImportRefused, can_undo, undo_import
from regin.apps.regions.tests.factories import make_actor

from .factories import COMMAND, USUAL, figures, load, make_austria, make_series, stage, tsv, write

pytestmark = pytest.mark.django_db


@pytest.fixture
def series():
    make_austria()
    return make_series()


def whole(series: Series) -> list[tuple[object, ...]]:
    """Every observation with all that is kept of it, but for its key."""
    rows = Observation.objects.filter(series=series).order_by("breakdown", "place_code", "period")
    return list(
        rows.values_list(
            "breakdown", "place_code", "place", "period", "value", "flags", "row", "imported_in"
        )
    )


def test_undoing_the_first_import_leaves_no_figure(series, tmp_path):
    undone = undo_import(COMMAND, load(series, write(tmp_path)))
    assert (undone.state, figures(series)) == (Import.State.UNDONE, {})
    assert undone.summary["taken_back"] == 10


def test_undoing_brings_back_values_flags_rows_and_files(series, tmp_path):
    load(series, write(tmp_path))
    before = whole(series)
    text = USUAL.replace("6.2", "6.3").replace("4.9 b", ":").replace("F,AT\t5.1\t: c\n", "")
    done = load(series, write(tmp_path, text + "M,AT\t1\t2\n"), remove_gone=True)
    assert whole(series) != before
    undone = undo_import(COMMAND, done)
    assert whole(series) == before
    assert (undone.summary["taken_back"], undone.summary["restored"]) == (4, 4)
    assert not FormerFigure.objects.exists()


def test_what_an_import_replaces_is_kept_with_both_imports(series, tmp_path):
    first = load(series, write(tmp_path))
    second = load(series, write(tmp_path, USUAL.replace("6.2", "6.3 p")))
    (former,) = FormerFigure.objects.all()
    assert (former.value, former.flags, former.place_code.code) == (6.2, "", "AT1")
    assert (former.imported_in, former.replaced_in) == (first, second)


def test_only_the_last_change_can_be_undone(series, tmp_path):
    first = load(series, write(tmp_path))
    second = load(series, write(tmp_path, USUAL.replace("6.2", "6.3")))
    same = load(series, write(tmp_path, USUAL.replace("6.2", "6.3")))
    assert [can_undo(one) for one in (first, second, same)] == [False, True, False]
    before = whole(series)
    with pytest.raises(ImportRefused, match="later import 2"):
        undo_import(COMMAND, first)
    with pytest.raises(ImportRefused):
        undo_import(COMMAND, same)
    assert whole(series) == before
    undo_import(COMMAND, second)
    assert can_undo(first)
    undo_import(COMMAND, first)
    assert figures(series) == {}


def test_an_import_is_undone_once_and_a_waiting_one_never(series, tmp_path):
    done = load(series, write(tmp_path))
    waiting = stage(series, write(tmp_path))
    undo_import(COMMAND, done)
    for one in (done, waiting):
        with pytest.raises(ImportRefused):
            undo_import(COMMAND, one)


def test_a_preview_made_before_the_undoing_is_refused_after_it(series, tmp_path):
    done = load(series, write(tmp_path))
    number = Series._base_manager.get(pk=series.pk).data_number
    undo_import(COMMAND, done)
    assert Series._base_manager.get(pk=series.pk).data_number == number + 1


def test_undoing_leaves_its_trace_and_needs_an_editor(series, tmp_path):
    done = load(series, write(tmp_path))
    with pytest.raises(Http404):
        undo_import(make_actor(series.organisation, Role.MEMBER), done)
    undo_import(make_actor(series.organisation, Role.EDITOR), done)
    last = AuditEntry.objects.order_by("number").last()
    assert (last.verb, last.target) == ("outcomes.undone", series.public_id)


CELLS = st.sampled_from(["1", "2 b", "3.5", ":", ": u"])
FILES = st.dictionaries(
    st.sampled_from(["T,AT", "T,AT1", "F,AT", "F,AT11"]),
    st.tuples(CELLS, CELLS),
    min_size=1,
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(contents=st.lists(st.tuples(FILES, st.booleans()), min_size=1, max_size=4))
def test_undoing_all_imports_goes_back_through_every_state(series, tmp_path, contents):
    Observation.objects.filter(series=series).delete()
    FormerFigure.objects.all().delete()
    Import.objects.filter(series=series).delete()
    states, done = [whole(series)], []
    for content, remove in contents:
        rows = [f"{key}={'|'.join(cells)}" for key, cells in content.items()]
        done.append(load(series, write(tmp_path, tsv(*rows)), remove_gone=remove))
        states.append(whole(series))
    for one in reversed(done):
        after = states.pop()
        assert whole(series) == after
        if can_undo(one):
            undo_import(COMMAND, one)
        assert whole(series) == states[-1]
