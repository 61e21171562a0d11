"""The form in which a person says yes to figures computed for split or merged regions."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.translation import gettext as _

from regin.apps.outcomes.operations import Conversion, Part

Chosen = Mapping[str, Mapping[str, float]]


@dataclass(frozen=True, slots=True)
class ConversionRow:
    """One region: the box that says yes, and a weight for each part."""

    conversion: Conversion
    yes: forms.BoundField
    weights: tuple[tuple[Part, forms.BoundField | None], ...]


class ConversionForm(forms.Form):
    """`yes_CODE` computes the figures of a region, `weight_CODE_PART` says how large a part is."""

    def __init__(
        self, possible: Sequence[Conversion], agreed: Chosen, *args: Any, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.possible = list(possible)
        for one in self.possible:
            self.fields[f"yes_{one.code}"] = forms.BooleanField(
                label=_("Compute %(code)s") % {"code": one.code},
                required=False,
                initial=one.code in agreed,
            )
            for part in one.parts if one.needs_weights else ():
                known = agreed.get(one.code, {}).get(part.code, part.share)
                self.fields[_weight(one, part)] = forms.FloatField(
                    label=_weight_label(one, part), required=False, min_value=0, initial=known
                )

    def rows(self) -> Iterator[ConversionRow]:
        """The regions with their fields."""
        for one in self.possible:
            weights = tuple(
                (part, self[_weight(one, part)] if one.needs_weights else None)
                for part in one.parts
            )
            yield ConversionRow(one, self[f"yes_{one.code}"], weights)

    def clean(self) -> dict[str, Any]:
        """Refuse a yes without every weight, at the weight."""
        cleaned = super().clean() or self.cleaned_data
        for one in self.possible:
            if not cleaned.get(f"yes_{one.code}") or not one.needs_weights:
                continue
            said = [cleaned.get(_weight(one, part)) for part in one.parts]
            for part, weight in zip(one.parts, said, strict=True):
                if weight is None and _weight(one, part) not in self.errors:
                    self.add_error(_weight(one, part), _("Give a weight of zero or more."))
                elif one.adds_up and weight is not None and weight > 1:
                    self.add_error(_weight(one, part), _("Give a share from 0 to 1."))
            if None not in said and not sum(filter(None, said)):
                words = _("The weights of %(code)s are all zero.") % {"code": one.code}
                self.add_error(_weight(one, one.parts[0]), words)
        return cleaned

    def chosen(self) -> dict[str, dict[str, float]]:
        """Code → former code → weight of every yes, once the form is valid."""
        return {
            one.code: {
                part.code: self.cleaned_data[_weight(one, part)] if one.needs_weights else 1.0
                for part in one.parts
            }
            for one in self.possible
            if self.cleaned_data[f"yes_{one.code}"]
        }


def _weight(conversion: Conversion, part: Part) -> str:
    return f"weight_{conversion.code}_{part.code}"


def _weight_label(conversion: Conversion, part: Part) -> str:
    said = {"part": part.code, "code": conversion.code}
    if conversion.adds_up:
        return _("Share of %(part)s that belongs to %(code)s, from 0 to 1") % said
    return _("Weight of %(part)s in %(code)s, such as its population") % said
