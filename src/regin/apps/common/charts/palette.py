"""Literal colours for drawings that leave the site, where no style sheet gives them.

The same as the light mode of `tokens.css`; a test of the look compares them.
"""

LIGHT = {
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
    "on-scale-low": "#16323f",
    "on-scale-high": "#ffffff",
    "gap-1": "#b35806",
    "gap-2": "#f1a340",
    "gap-3": "#fee0b6",
    "gap-4": "#f7f7f7",
    "gap-5": "#d8daeb",
    "gap-6": "#998ec3",
    "gap-7": "#542788",
}
