"""What is exported imports again with the same figures: values, flags, codes, periods, groups."""

import pytest
from django.core.management import CommandError

from regin.apps.outcomes.models import Breakdown, Observation, Series
from regin.apps.outcomes.operations import load_starter_series
from regin.apps.regions.models import Place, PlaceCode
from regin.apps.regions.operations import load_starter_places

from .factories import COMMAND, load, make_austria, make_series, tsv, write
from .test_command import run

pytestmark = pytest.mark.django_db
FORMATS = ("sdmx-csv", "json-stat")
RICH = tsv(
    "T,Y_GE15,NAT,AT=0.1 b|1e-07",
    "T,Y_GE15,FOR,AT=: c|:",
    "F,Y15-24,NAT,AT1=123456789.125 bu|-0.5 p",
    "F,Y15-24,FOR,AT11=0|3.3333333333333335 z",
    head="sex,age,c_birth,geo\\time",
    periods=("2013-Q2", "2013-Q1"),
)


def everything(series):
    """Every figure by code, version, period and group."""
    key = ("place_code__code", "place_code__version", "period")
    group = tuple(f"breakdown__{name}" for name in Breakdown.DIMENSIONS)
    rows = Observation.objects.filter(series=series).values_list(*key, *group, "value", "flags")
    return {tuple(row[:-2]): tuple(row[-2:]) for row in rows}


def twin(series, code="twin"):
    """A series described as `series`, without figures."""
    source = Series._base_manager.get(pk=series.pk)
    source.pk, source.public_id, source.code = None, code, code
    source.data_number, source.coverage = 0, {}
    source.save()
    return source


def again(series, folder, form, *words, code="twin"):
    """Export, and import into a twin what was written."""
    path = folder / f"{code}.out"
    said = run("export", series.public_id, "--format", form, "--out", path, *words)
    version = said.split("--version ")[-1].strip()
    other = twin(series, code)
    run("import", path, "--series", other.public_id, "--version", version, "--yes")
    assert [one.name for one in folder.iterdir() if one.name.startswith(".")] == []
    return other


@pytest.mark.parametrize("form", FORMATS)
def test_every_flag_group_and_period_comes_back(tmp_path, form):
    make_austria()
    series = make_series(code="rich", frequency="Q", unit_code="PC")
    load(series, write(tmp_path, RICH))
    series.selection = {"isced11": "TOTAL"}
    series.save()
    Observation.objects.filter(period="2013-Q1", place_code__code="AT1").update(flags="GI")
    stored = everything(series)
    assert len(stored) == 8
    assert everything(again(series, tmp_path, form)) == stored


@pytest.mark.any_database
def test_every_starter_series_comes_back(tmp_path):
    load_starter_places(COMMAND)
    load_starter_series(COMMAND)
    made = [one for one in Series._base_manager.all() if one.data_number]
    assert made
    for number, series in enumerate(made):
        stored = everything(series)
        assert stored
        assert everything(again(series, tmp_path, FORMATS[0], code=f"twin-{number}")) == stored


def test_without_a_file_it_is_written_to_the_terminal(tmp_path, capsys):
    make_austria()
    series = make_series(code="jobless", dataset="LFS")
    load(series, write(tmp_path, tsv("T,AT=4.9 b|: c")))
    assert run("export", "jobless") == ""
    assert capsys.readouterr().out == (
        "DATAFLOW,freq,sex,geo,TIME_PERIOD,OBS_VALUE,OBS_STATUS\n"
        "LFS,A,T,AT,2012,,c\n"
        "LFS,A,T,AT,2013,4.9,b\n"
    )


def test_a_code_of_two_versions_is_exported_version_by_version(tmp_path):
    make_austria("2021")
    series = make_series(code="jobless")
    load(series, write(tmp_path, tsv("T,AT=1|2")))
    old = PlaceCode.objects.get(code="AT")
    new = PlaceCode.objects.create(
        place=Place.objects.get(codes=old), scheme=old.scheme, version="2024", code="AT",
        name="Österreich", level=0,
    )  # fmt: skip
    Observation.objects.filter(period="2013").update(place_code=new)
    load(series, write(tmp_path, tsv("T,AT=1|2")))
    with pytest.raises(CommandError, match="--version: 2021, 2024"):
        run("export", "jobless")
    stored = everything(series)
    other = again(series, tmp_path, "sdmx-csv", "--version", "2021")
    assert everything(other).items() <= stored.items()
    assert {key[1] for key in everything(other)} == {"2021"}


def test_groups_by_different_dimensions_are_exported_one_by_one(tmp_path):
    make_austria()
    series = make_series(code="jobless")
    load(series, write(tmp_path, tsv("T,AT=1|2")))
    load(series, write(tmp_path, tsv("T,TOTAL,AT=3|4", head="sex,age,geo\\time")))
    with pytest.raises(CommandError, match="--dimensions: sex; sex,age"):
        run("export", "jobless")
    stored = everything(series)
    parts = [
        everything(again(series, tmp_path, "sdmx-csv", "--dimensions", names, code=f"t{number}"))
        for number, names in enumerate(("sex", "age, sex"))
    ]
    assert [len(part) for part in parts] == [2, 2]
    assert parts[0] | parts[1] == stored


def test_a_series_without_figures_and_a_folder_that_is_not_there_are_said(tmp_path):
    make_austria()
    series = make_series(code="jobless")
    with pytest.raises(CommandError, match="no figures to export"):
        run("export", "jobless")
    load(series, write(tmp_path))
    with pytest.raises(CommandError, match="cannot be written"):
        run("export", "jobless", "--out", tmp_path / "absent" / "x.csv")
