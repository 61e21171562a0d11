"""What an analysis could not compute or what rests on too little: one warning a kind of thing."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence

from regin.engine.components import Components
from regin.engine.consistency import Alpha
from regin.engine.correlate import LEAST, Pair, single_valued
from regin.engine.effective import EffectiveWeight
from regin.engine.errors import N_, Fault, Message, register
from regin.engine.table import Table

register(
    {
        "pairs_share_few": Message(
            N_("Pairs of columns (%(stage)s) that share fewer than %(least)s units: %(count)s."),
            N_("They have no correlation; more units or fewer gaps would give one."),
        ),
        "columns_of_one_value": Message(
            N_("These columns (%(stage)s) lack two different values: %(nodes)s."),
            N_("Nothing correlates with them; correct the data, or take them out."),
        ),
        "components_missing": Message(
            N_("These groups have fewer than %(least)s units with all parts: %(groups)s."),
            N_("They have no components and no KMO; fill the gaps, or take parts out."),
        ),
        "components_left_out": Message(
            N_("The components of “%(group)s” leave out parts of a single value: %(nodes)s."),
            N_("Correct the data of these parts, or take them out of the structure."),
        ),
        "components_incomplete": Message(
            N_("Components and KMO count only units with all parts (counted/all): %(groups)s."),
            N_("Impute before, if too few are counted."),
        ),
        "components_few": Message(
            N_("Components rest on hardly more units than parts (units/parts): %(groups)s."),
            N_("Do not interpret them; more units are needed."),
        ),
        "kmo_missing": Message(
            N_("KMO is missing, because parts depend on each other or on nothing: %(groups)s."),
            N_("Take out parts that repeat others, or add units."),
        ),
        "alpha_missing": Message(
            N_("Cronbach's alpha, raw or standardised, is missing for: %(groups)s."),
            N_("It needs %(least)s shared units, two different values a part, and a varying sum."),
        ),
        "effective_missing": Message(
            N_("These nodes have no effective weight: %(nodes)s."),
            N_("The weights of a parent's parts sum to 0 or are unknown; correct them."),
        ),
        "groups_of_one": Message(
            N_("These groups have one part, so neither alpha nor KMO: %(groups)s."),
            N_("Nothing needs to be done."),
        ),
        "weights_by_unit": Message(
            N_("Units have weights of their own, so means over the units are given: %(nodes)s."),
            N_("Read the units' own weights in the file of the step weigh."),
        ),
    }
)


def correlation_warnings(
    stage: str, table: Table, codes: Sequence[str], pairs: Iterable[Pair]
) -> Iterator[Fault]:
    """Yield what stands against the correlations of columns `codes` at a stage."""
    few = sum(pair.n < LEAST for pair in pairs)
    if few:
        yield Fault("pairs_share_few", {"stage": stage, "count": few, "least": LEAST})
    single = []
    for rows in table.period_rows:
        # Below the least number of units, the warning above has said it all.
        if len(rows) >= LEAST:
            lacking = single_valued(table.columns(codes)[rows])
            period = table.periods[rows[0]]
            named = zip(codes, lacking, strict=True)
            single += [_label(code, period) for code, lacks in named if lacks]
    if single:
        yield Fault("columns_of_one_value", {"stage": stage, "nodes": ", ".join(single)})


def component_warnings(found: Iterable[Components]) -> Iterator[Fault]:
    """Yield what the components and KMO leave out or rest on."""
    made = list(found)
    for one in made:
        if one.left_out:
            params = {"group": _label(one.group, one.period), "nodes": ", ".join(one.left_out)}
            yield Fault("components_left_out", params)
    there = [one for one in made if one.eigenvalues.size]
    lists = {
        "components_missing": [_of(one) for one in made if not one.eigenvalues.size],
        "components_incomplete": [
            f"{_of(one)} {one.n}/{one.n_units}" for one in there if one.n < one.n_units
        ],
        "components_few": [
            f"{_of(one)} {one.n}/{len(one.codes)}" for one in there if one.n <= len(one.codes)
        ],
        "kmo_missing": [_of(one) for one in there if len(one.codes) > 1 and math.isnan(one.kmo)],
    }
    for code, groups in lists.items():
        if groups:
            yield Fault(code, {"groups": ", ".join(groups), "least": LEAST})


def alpha_warnings(found: Iterable[Alpha]) -> Iterator[Fault]:
    """Yield the groups of several parts whose alpha is missing."""
    missing = [
        _label(one.group, one.period)
        for one in found
        if one.n_parts > 1 and (math.isnan(one.raw) or math.isnan(one.standardised))
    ]
    if missing:
        yield Fault("alpha_missing", {"groups": ", ".join(missing), "least": LEAST})


def weight_warnings(found: Iterable[EffectiveWeight]) -> Iterator[Fault]:
    """Yield the nodes without an effective weight."""
    missing = [one.code for one in found if math.isnan(one.effective)]
    if missing:
        yield Fault("effective_missing", {"nodes": ", ".join(missing)})


def analysis_notes(alphas: Iterable[Alpha], weights: Iterable[EffectiveWeight]) -> Iterator[Fault]:
    """Yield what is in order and has to be known: groups of one part, weights by unit."""
    single = dict.fromkeys(one.group for one in alphas if one.n_parts == 1)
    if single:
        yield Fault("groups_of_one", {"groups": ", ".join(single)})
    own = [one.code for one in weights if one.by_unit]
    if own:
        yield Fault("weights_by_unit", {"nodes": ", ".join(own)})


def _of(one: Components) -> str:
    return _label(one.group, one.period)


def _label(code: str, period: str) -> str:
    return f"{code} ({period})" if period else code
