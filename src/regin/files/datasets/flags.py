"""Flags of observations in the codes of SDMX, as the letters that REGIN keeps."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from regin.files.observations import KNOWN_FLAGS

SDMX_STATUS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "A": "",  # normal value
        "B": "b",
        "D": "d",
        "J": "J",
        "E": "e",
        "F": "f",
        "N": "n",
        "P": "p",
        "U": "u",
        "G": "G",
        "H": "H",
        "I": "I",
        "K": "K",
        "L": "L",
        "M": "M",
        "O": "O",
        "Q": "Q",
        "S": "S",
        "V": "V",
        "W": "W",
    }
)
"""Codes of SDMX's code list CL_OBS_STATUS → the letter kept. Those that Eurostat writes with the
same meaning become Eurostat's; the others stay capitals, which no flag of Eurostat is."""

CONFIDENTIALITY: Final[Mapping[str, str]] = MappingProxyType(
    {"F": "", **dict.fromkeys("ACDEGMNOPSTX", "c")}
)
"""Codes of SDMX's CL_CONF_STATUS → the letter kept: free, or one of the ways of confidential."""


def known(flags: str) -> bool:
    """Tell whether every letter of `flags` is known and stands once."""
    return len(set(flags)) == len(flags) and KNOWN_FLAGS.keys() >= set(flags)
