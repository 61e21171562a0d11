"""Words of statistical offices' tables in the project's languages, for proposals only."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final


def _listed(text: str) -> frozenset[str]:
    """Return the words and phrases of a text, one between two commas or line ends."""
    return frozenset(filter(None, (part.strip() for part in text.replace("\n", ",").split(","))))


_MEN = """
    m, men, man, male, males, hombres, hombre, varones, homes, home, uomini, uomo, maschi, maschio
    homens, homem, masculino, män, hommes, homme, masculin, männer, männlich
"""
_WOMEN = """
    f, women, woman, female, females, mujeres, mujer, dones, dona, donne, donna, femmine, femmina
    mulheres, mulher, feminino, kvinnor, femmes, femme, féminin, frauen, weiblich
"""
_BOTH = """
    t, total, totale, totalt, both sexes, ambos sexos, ambdós sexes, maschi e femmine, båda könen
    ensemble, insgesamt, zusammen
"""

SEXES: Final[Mapping[str, str]] = {
    word: code
    for code, words in (("M", _MEN), ("F", _WOMEN), ("T", _BOTH))
    for word in _listed(words)
}
"""Words for men, women and both, in small letters → the codes of Eurostat's dimension `sex`."""

TOTALS: Final = _listed(
    """
    total, totals, totale, totali, totalt, totaux, insgesamt, gesamt, summe, summa, ensemble
    riket, hela riket, conjunt, conjunto
    """
)
"""What stands in place of a region in a row of totals, in small letters."""

NOTES: Final = tuple(
    sorted(
        _listed(
            """
            source, sources, fuente, fuentes, font:, fonts:, fonte, fonti, källa, källor, quelle
            note, notes, nota, notas, note:, anm, anmerkung, hinweis, remark, n.b., (1), 1), *, ¹
            """
        )
    )
)
"""How a row below a table begins, in small letters."""

TIMES: Final = _listed(
    """
    time, time_period, period, year, years, tid, år, period, año, años, periodo, any, anys
    període, anno, anni, ano, anos, período, année, années, période, jahr, jahre, zeit, zeitraum
    """
)
"""Headings of periods, in small letters."""

FLAGS: Final = _listed("flag, flags, obs_flag, status, obs_status")
"""Headings of flags, in small letters."""

MISSING: Final = _listed(
    """
    ., .., ..., …, :, x, u, c, *, **, ***, (c), #n/a, null, nan
    n.d., nd, n/d, s/d, n.a., na, n/a, k.a., i.h., ej tillgänglig
    """
)
"""Marks that mean that no value is given, whatever the reason, in small letters."""

DASHES: Final = _listed("-, –, —, −, --")
"""Marks that mean missing at some offices and exactly zero at others."""
