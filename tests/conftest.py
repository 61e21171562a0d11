"""What tests across parts share."""

from __future__ import annotations
