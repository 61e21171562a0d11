"""The look of drawings that stand alone: the colours of the light page, written out.

A picture in a report has no page whose tokens it could read. Selectors are single classes,
because few programs that open an SVG file know more.
"""

from __future__ import annotations

COLOURS = {
    "ink": "#16323f",
    "surface": "#ffffff",
    "paper": "#f6f4ee",
    "line": "#d9d6cb",
    "line-strong": "#6b7b84",
    "primary": "#0b5563",
    "quiet": "#4a5a63",
    "mark": "#f2c14e",
    "caution": "#8a4b08",
    "scale-1": "#fff3c4",
    "scale-2": "#d4dfb0",
    "scale-3": "#93c5a4",
    "scale-4": "#4fa39a",
    "scale-5": "#1f7a8c",
    "scale-6": "#123f63",
    "gap-2": "#f1a340",
    "gap-6": "#998ec3",
}

_RULES = """
text { font-family: "Noto Sans", "Noto Sans Arabic", sans-serif; font-size: 13px; fill: {ink} }
.title { font-size: 20px; font-weight: 700 }
.quiet { fill: {quiet} }
.strong { font-weight: 700 }
.small { font-size: 12px; fill: {quiet} }
.halo { stroke: {surface}; stroke-width: 4px; paint-order: stroke; stroke-linejoin: round }
.ground { fill: {surface} }
.band { fill: {paper} }
.rule { stroke: {line}; stroke-width: 1 }
.axis { stroke: {line-strong}; stroke-width: 1 }
.zero { stroke: {ink}; stroke-width: 1.5 }
.hatch-ground { fill: {surface} }
.hatch-line { stroke: {line-strong}; stroke-width: 1 }
.lost { stroke: {line-strong}; stroke-width: 1 }
.gap { opacity: 0.55 }
.track { fill: {paper}; stroke: {line}; stroke-width: 1 }
.bar { stroke: {line-strong}; stroke-width: 1 }
.step-1 { fill: {scale-1} }
.step-2 { fill: {scale-2} }
.step-3 { fill: {scale-3} }
.step-4 { fill: {scale-4} }
.step-5 { fill: {scale-5} }
.step-6 { fill: {scale-6} }
.whisker { stroke: {ink}; stroke-width: 2 }
.whisker-halo { stroke: {surface}; stroke-width: 5 }
.rank { fill: {scale-4}; stroke: {line-strong}; stroke-width: 1 }
.negative { fill: {gap-2} }
.positive { fill: {gap-6} }
.chosen { fill: {primary} }
.outlined { stroke: {ink}; stroke-width: 2.5 }
.unreliable { fill: {surface}; stroke: {ink}; stroke-width: 1.5; stroke-dasharray: 5 3 }
.pointer { fill: {ink} }
.mark-line { stroke: {caution}; stroke-width: 2; stroke-dasharray: 4 3 }
.caution { fill: {caution}; font-weight: 700 }
.stroke { fill: none; stroke-linecap: round; stroke-linejoin: round }
.subject-line { stroke: {primary}; stroke-width: 3 }
.second-line { stroke: {caution}; stroke-width: 2; stroke-dasharray: 7 4 }
.third-line { stroke: {quiet}; stroke-width: 2; stroke-dasharray: 2 3 }
.subject-dot { fill: {primary}; stroke: {primary}; stroke-width: 2 }
.second-dot { fill: {caution}; stroke: {caution}; stroke-width: 1 }
.third-dot { fill: {quiet}; stroke: {quiet}; stroke-width: 1 }
.flagged { fill: {surface}; stroke-width: 2 }
.subject-text { fill: {primary}; font-weight: 700 }
.second-text { fill: {caution}; font-weight: 700 }
.third-text { fill: {quiet}; font-weight: 700 }
.reference { fill: {surface}; stroke: {primary}; stroke-width: 3 }
.spread { fill: {scale-5}; stroke: {surface}; stroke-width: 0.75 }
.spread-chosen { fill: {mark}; stroke: {ink}; stroke-width: 1.5 }
.spread-unreliable { fill: {surface}; stroke: {ink}; stroke-width: 1.25 }
.half { fill: {mark}; fill-opacity: 0.6; stroke: {line-strong}; stroke-width: 1 }
.middle { stroke: {ink}; stroke-width: 3 }
"""


def style_sheet() -> str:
    """The rules with their colours."""
    rules = _RULES
    for name, colour in COLOURS.items():
        rules = rules.replace(f"{{{name}}}", colour)
    return rules
