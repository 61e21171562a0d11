"""Eurostat's dissemination API: the address of a table, and what its replies mean.

Two of its services are asked, as Eurostat publishes them (“Data access via API”):
`sdmx/2.1/data/CODE?format=TSV&compressed=true`, the whole table, which lies ready; and
`statistics/1.0/data/CODE?format=JSON&lang=EN&unit=PC`, a part of it as JSON-stat, which is made
when it is asked for and may therefore be refused. No live reply was at hand when this was written:
the tests answer with replies in the published form.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Final
from urllib.parse import urlencode

from django.conf import settings

from regin.apps.common.downloading import BOUNDS, Bounds, download
from regin.apps.outcomes.models import Series
from regin.engine.errors import N_, FaultsError, Message, fail, register
from regin.files.datasets.json_text import MOST_BYTES
from regin.files.eurostat_cells import shown

register(
    {
        "eurostat_code": Message(
            N_("“%(code)s” cannot be the code of a table."),
            N_("Write it as Eurostat does, such as lfst_r_lfu3rt."),
        ),
        "eurostat_unknown": Message(
            N_("Eurostat has no table “%(code)s” (%(said)s)."),
            N_("Check the code in Eurostat's data browser; tables are renamed or withdrawn."),
        ),
        "eurostat_too_big": Message(
            N_("Eurostat finds the table too big for one reply (%(said)s)."),
            N_("Download a part of it in Eurostat's data browser and import the file."),
        ),
        "eurostat_later": Message(
            N_("Eurostat prepares the table and does not send it at once."),
            N_("Try again in a quarter of an hour, or import a file from its data browser."),
        ),
        "eurostat_error": Message(
            N_("Eurostat refuses the request: %(said)s."),
            N_("Check the code of the table and the selection of the series."),
        ),
        "eurostat_nothing": Message(
            N_("Eurostat has no figure for the selection of the series."),
            N_("Compare the codes of its selection with the table in Eurostat's data browser."),
        ),
    }
)

NOT_FOUND: Final = 404
TOO_BIG: Final = 413
LONGEST_SAID: Final = 200
_CODE: Final = re.compile(r"[A-Za-z][A-Za-z0-9_-]{1,59}")
_NAME: Final = re.compile(r"[a-z][a-z0-9_]{0,39}")
_VALUE: Final = re.compile(r"[A-Za-z0-9_.+-]{1,60}")
_FAULT: Final = re.compile(rb"<faultstring[^>]*>([^<]+)</faultstring>")
_LABEL: Final = re.compile(rb'"label"\s*:\s*"([^"\\]+)"')
_ERROR: Final = re.compile(rb'\s*\{\s*"(?:error|warning)"')
_QUEUED: Final = re.compile(rb"<(?:\w+:)?(?:syncResponse|queued)\b|ASYNCHRONOUS_RESPONSE")
_NOTHING: Final = re.compile(rb'"value"\s*:\s*(?:\{\s*\}|\[\s*\])')
# A part of a table that is refused in one of these ways can still be had with the whole of it.
_PARTS_ONLY: Final = frozenset(
    {
        *("eurostat_too_big", "eurostat_later", "eurostat_error", "eurostat_nothing"),
        *("eurostat_unknown", "download_refused", "download_too_large"),
    }
)


def fetch_table(
    code: str,
    folder: Path,
    filters: Mapping[str, str] | None = None,
    bounds: Bounds = BOUNDS,
) -> Path:
    """Download the table `code` into `folder`; return the file, named so that it tells its code.

    `filters`: dimension in small letters → the one code wanted. Where Eurostat does not make that
    part, the whole table is fetched. Raises FaultsError: eurostat_…, download_….
    """
    if not _CODE.fullmatch(code):
        raise fail("eurostat_code", code=shown(code))
    plain = {name: value for name, value in (filters or {}).items() if _is_plain(name, value)}
    if plain:
        part = folder / f"estat_{code.lower()}.json"
        small = replace(bounds, file_bytes=min(bounds.file_bytes, MOST_BYTES))
        try:
            return _fetched(part_address(code, plain), part, code, small)
        except FaultsError as error:
            if error.faults[0].code not in _PARTS_ONLY:
                raise
    whole = folder / f"estat_{code.lower()}.tsv.gz"
    return _fetched(whole_address(code), whole, code, bounds)


def filters_of(series: Series) -> dict[str, str]:
    """Which code `series` takes of each dimension that it does not tell apart; {} if it names none.

    They save a download, nothing else: the import picks its figures by them once more.
    """
    chosen = {**series.selection, **({"unit": series.unit_code} if series.unit_code else {})}
    return {**chosen, "freq": series.frequency} if chosen else {}


def is_eurostats(series: Series) -> bool:
    """Whether the table of `series` is one of Eurostat's, by what is said of its source."""
    source = series.source
    said = (source.code, source.name, source.url, series.url)
    return any("eurostat" in one.lower() for one in said)


def whole_address(code: str) -> str:
    """The address of a whole table, as packed TSV."""
    query = urlencode({"format": "TSV", "compressed": "true"})
    return f"{settings.REGIN_EUROSTAT_URL}/sdmx/2.1/data/{code.upper()}?{query}"


def part_address(code: str, filters: Mapping[str, str]) -> str:
    """The address of a part of a table, as JSON-stat."""
    query = urlencode({"format": "JSON", "lang": "EN", **filters})
    return f"{settings.REGIN_EUROSTAT_URL}/statistics/1.0/data/{code.upper()}?{query}"


def _is_plain(name: str, value: str) -> bool:
    return _NAME.fullmatch(name) is not None and _VALUE.fullmatch(value) is not None


def _fetched(address: str, path: Path, code: str, bounds: Bounds) -> Path:
    def explain(status: int, beginning: bytes) -> FaultsError | None:
        return meaning(status, beginning, code)

    download(address, path, bounds=bounds, explain=explain)
    return path


def meaning(status: int, beginning: bytes, code: str) -> FaultsError | None:
    """The fault that a reply stands for; None when it can be the table, or says too little."""
    said = _said(beginning)
    if _QUEUED.search(beginning):
        return fail("eurostat_later", file=code)
    if status == TOO_BIG or "EXTRACTION_TOO_BIG" in said:
        return fail("eurostat_too_big", file=code, said=said or str(status))
    if status == NOT_FOUND:
        return fail("eurostat_unknown", file=code, code=code, said=said or str(status))
    if said:
        return fail("eurostat_error", file=code, said=said)
    return fail("eurostat_nothing", file=code) if _NOTHING.search(beginning) else None


def _said(beginning: bytes) -> str:
    """What an error of one of the services says: SOAP's faultstring, or the label of a JSON."""
    found = _FAULT.search(beginning)
    if found is None and _ERROR.match(beginning):
        found = _LABEL.search(beginning)
    text = found[1].decode("utf-8", "replace") if found else ""
    return shown(" ".join(text.split()), LONGEST_SAID).rstrip(".")
