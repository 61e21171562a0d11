"""SDMX messages with figures: SDMX-ML 2.1 and 3, SDMX-JSON, told by their content.

Why not pysdmx: it reads no figures in SDMX-JSON; in SDMX-ML it needs pandas, builds the whole
message in memory several times, loses the lines, and takes minutes over hostile files. XML is
read by expat, JSON by the standard library, both in parts.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

from regin.engine.errors import N_, Message, fail, register
from regin.files.datasets.dataset import Dataset
from regin.files.datasets.sdmx_message_json import read_sdmx_json
from regin.files.datasets.sdmx_message_xml import read_sdmx_ml
from regin.files.limits import LIMITS, UTF16_MARKS, Limits, open_bytes

register(
    {
        "sdmx_no_message": Message(
            N_("The file is neither an SDMX-ML nor an SDMX-JSON message."),
            N_("Download the table as SDMX-ML 2.1, SDMX-JSON or SDMX-CSV."),
        ),
    }
)

_BEGINNING: Final = 4096


def read_sdmx_message(path: Path, limits: Limits = LIMITS) -> Dataset:
    """Read a whole message, plain or gzip.

    SDMX-ML: generic data of 2.1 and structure specific data of 2.1, 3.0 and 3.1, of any length,
    in series along any dimension or flat. SDMX-JSON: from before 1.0 up to 2.1, at most 128 MiB.
    Dimensions stand in the order of the message; of its attributes the unit and its multiplier
    are kept as dimensions at the end (code "" where not stated), and place and frequency where no
    dimension says them. Structure specific data do not tell dimensions from attributes: there a
    name is a dimension unless it is a known attribute. What is stated for a data set, group or
    series holds for its observations. A missing value is one that is absent, empty or NaN.
    Cells and faults have the line of their observation as row where each stands on a line of its
    own, else its place from 1.
    Raises FaultsError with all faults (at most `limits.faults`), or the one thing that makes the
    file unusable.
    """
    with open_bytes(path, limits) as stream:
        beginning = stream.read(_BEGINNING)
    content = beginning.removeprefix(b"\xef\xbb\xbf").lstrip()
    if content.startswith(b"{"):
        return read_sdmx_json(path, limits)
    if content.startswith(b"<") or beginning.startswith(UTF16_MARKS):
        return read_sdmx_ml(path, limits)
    raise fail("sdmx_no_message", file=path.name)
