"""The catalogue of ways to normalise, with the fields that each adds to the step."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

from regin.engine.errors import N_, Fault, Message, register
from regin.engine.fields import flag, number_between, number_range, one_of, text
from regin.engine.normalise_distances import (
    distance_to_max,
    distance_to_reference,
    distance_to_target,
)
from regin.engine.normalise_ranks import borda, percentile_rank, ranks
from regin.engine.normalise_scales import (
    fraction_of_max,
    goalposts,
    minmax,
    scaled,
    unchanged,
    zscore,
)
from regin.engine.registry import Registry
from regin.engine.steps import Field
from regin.engine.table import LARGEST, Floats

register(
    {
        "unknown_normalisation": Message(
            N_("“%(name)s” is not a method of normalisation."), N_("Known methods: %(known)s.")
        ),
        "normalise_ends": Message(
            N_("Low is %(low)s and high is %(high)s."),
            N_("Let low be the lower number of the two, whatever the direction."),
        ),
        "normalise_one_end": Message(
            N_("The step has only one of the fields “low” and “high”."),
            N_("Write both, or neither to use the goalposts of the structure."),
        ),
    }
)


def _nothing_against(_written: Mapping[str, object]) -> Iterator[Fault]:
    return iter(())


@dataclass(frozen=True)
class Normalisation:
    """A way to normalise: `run(values (units, columns), **fields) -> (units, columns)`.

    It gets values x direction, unless it `turns` them itself: then it gets raw values and the
    argument `direction`, (columns,). `own` maps arguments that the step need not write to the
    property of each indicator that stands for them; `lacking` is the fault where that is missing
    too. `check` looks at the fields together. `zero` is the warning where a denominator is 0.
    """

    run: Callable[..., Floats]
    fields: Mapping[str, Field] = field(default_factory=dict)
    turns: bool = False
    own: Mapping[str, str] = field(default_factory=dict)
    lacking: str = ""
    check: Callable[[Mapping[str, object]], Iterator[Fault]] = _nothing_against
    zero: str = "normalise_one_value"


NORMALISATIONS: Registry[Normalisation] = Registry("unknown_normalisation")


def _span(value: object) -> Fault | None:
    fault = number_range(value)
    if fault is None and isinstance(value, list) and max(map(abs, value)) > LARGEST:
        return Fault("field_range", {"value": repr(value)})
    return fault


def _ends(written: Mapping[str, object]) -> Iterator[Fault]:
    """What stands against `low` and `high` as the step writes them."""
    low, high = written.get("low"), written.get("high")
    if low is None and high is None:
        return
    if low is None or high is None:
        yield Fault("normalise_one_end")
    elif low >= high:  # type: ignore[operator]  # both were checked to be numbers
        yield Fault("normalise_ends", {"low": str(low), "high": str(high)})


ANY = number_between(-LARGEST, LARGEST)
POSITIVE = number_between(1 / LARGEST, LARGEST)
CAP = Field(flag)

for _name, _kind in {
    "none": Normalisation(unchanged),
    "minmax": Normalisation(minmax, {"range": Field(_span, default=[0, 100])}),
    "zscore": Normalisation(
        zscore, {"mean": Field(ANY, default=0.0), "sd": Field(POSITIVE, default=1.0)}
    ),
    "scaled": Normalisation(
        scaled,
        {
            "low": Field(ANY, required=True),
            "high": Field(ANY, required=True),
            "scale": Field(POSITIVE, required=True),
        },
        check=_ends,
    ),
    "goalposts": Normalisation(
        goalposts,
        {
            "low": Field(ANY),
            "high": Field(ANY),
            "scale": Field(POSITIVE, default=1.0),
            "clip": Field(flag, default=True),
        },
        turns=True,
        own={"low": "goalpost_low", "high": "goalpost_high"},
        lacking="normalise_no_goalposts",
        check=_ends,
    ),
    "fraction_of_max": Normalisation(fraction_of_max, zero="normalise_largest_zero"),
    "rank": Normalisation(ranks, {"ties": Field(one_of(("min", "average")), default="min")}),
    "borda": Normalisation(borda),
    "percentile_rank": Normalisation(percentile_rank),
    "distance_to_max": Normalisation(distance_to_max),
    "distance_to_reference": Normalisation(
        distance_to_reference,
        {"reference": Field(text, required=True), "cap": CAP},
        turns=True,
        zero="normalise_reference_worst",
    ),
    "distance_to_target": Normalisation(
        distance_to_target,
        {"cap": CAP},
        turns=True,
        own={"target": "target"},
        lacking="normalise_no_target",
        zero="normalise_target_worst",
    ),
}.items():
    NORMALISATIONS.add(_name, _kind)
