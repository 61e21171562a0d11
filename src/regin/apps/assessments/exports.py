"""Files that leave a run: its input as a zip, its scores as CSV. Each says what it is."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Iterator

from django.conf import settings
from django.utils.translation import override

from regin.apps.assessments.models import Run
from regin.apps.assessments.reading import LICENCE, recipe_of, units_of
from regin.apps.assessments.stored_inputs import intact
from regin.files.index.cells import guarded

# The first moment a zip can name: the same input gives the same bytes whenever it is asked for.
EPOCH = (1980, 1, 1, 0, 0, 0)
SCORE_COLUMNS = (
    *("unit", "name", "code", "level", "score", "n_observed", "n_expected", "status"),
    *("framework", "version", "run", "computed_on", "engine_version"),
    *("no_competence", "overall", "licence", "source"),
)


def file_stem(run: Run) -> str:
    """The name of a run's files; an illustrative one carries the word."""
    word = "illustrative-" if run.framework.is_illustrative else ""
    return f"regin-{word}run-{run.public_id}"


def status_of(run: Run) -> str:
    """What a file says of the truth of its figures, in every row."""
    return "illustrative" if run.framework.is_illustrative else "recorded"


def input_zip(run: Run) -> bytes:
    """The stored index folder under `index/`, beside a README. Raises InputDamagedError.

    The same run gives the same bytes: fixed order and times, nothing compressed.
    """
    folder = intact(run.input_sha256)
    stem = file_stem(run)
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED) as archive:
        archive.writestr(_entry(f"{stem}/README.txt"), readme(run))
        for path in sorted(folder.iterdir(), key=lambda path: path.name.encode()):
            archive.writestr(_entry(f"{stem}/index/{path.name}"), path.read_bytes())
    return buffer.getvalue()


def _entry(name: str) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(name, EPOCH)
    entry.create_system = 3
    entry.external_attr = 0o644 << 16
    return entry


def readme(run: Run) -> str:
    """What the zip says about itself, in English: it travels without the platform."""
    return "\n".join([*_readme_lines(run), ""])


def _readme_lines(run: Run) -> Iterator[str]:
    framework = run.framework
    yield f"Input of a run of the framework {framework.code}, version {framework.version}"
    yield ""
    if framework.is_illustrative:
        yield "ILLUSTRATIVE. The regions do not exist and the answers are made up to show the"
        yield "method. Nothing here is about a real region. Keep this sentence with the data."
        yield ""
    yield f"From:            {address(run)}"
    yield f"Recorded on:     {run.created_at:%Y-%m-%d}"
    yield f"Licence:         {LICENCE}"
    yield f"Engine version:  {run.engine_version}"
    yield f"Input SHA-256:   {run.input_sha256}"
    yield f"Output SHA-256:  {run.output_sha256}"
    yield ""
    yield "Compute it again, in this folder: regin score index --out results"
    yield "Check the input, in the folder index: LC_ALL=C sha256sum * | sha256sum"
    yield ""
    yield "The platform shows no ranks, because a rank needs its interval; the command prints the"
    yield "plain place of each unit."


def address(run: Run) -> str:
    """Where the run stands, in English whatever language asks for the file."""
    with override("en"):
        return f"{settings.REGIN_BASE_URL}{run.get_absolute_url()}"


def score_csv(run: Run) -> str:
    """Every score in full precision, a missing one empty; each row says what it is and whence."""
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\n")
    writer.writerow(SCORE_COLUMNS)
    writer.writerows(_score_rows(run))
    return buffer.getvalue()


def _score_rows(run: Run) -> Iterator[list[str]]:
    about = _about(run)
    scores = run.scores.order_by("pk").select_related("place")
    units = units_of(scores.values_list("place", flat=True))
    for score in scores:
        yield [
            guarded(units.get(score.place_id, "")),
            guarded(score.place.native_name),
            guarded(score.code),
            "" if score.level is None else str(score.level),
            "" if score.value is None else repr(score.value),
            str(score.n_observed),
            str(score.n_expected),
            *about,
        ]


def _about(run: Run) -> list[str]:
    recipe = recipe_of(run)
    texts = [status_of(run), run.framework.code, run.framework.version, run.public_id]
    texts += [f"{run.created_at:%Y-%m-%d}", run.engine_version]
    texts += [recipe.no_competence, recipe.overall, LICENCE, address(run)]
    return [guarded(text) for text in texts]
