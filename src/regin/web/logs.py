"""Log lines a person and a program can read: time, level, event, key=value."""

import logging
import re
from collections.abc import MutableMapping
from typing import Any

import structlog

# Addresses that are their own key: who reads the log must not be able to use them.
KEYS = re.compile(r"(/invitations/|/confirm-email/|/password/reset/key/)[^/\s\"]+")


def without_keys(
    _logger: object, _method: str, event: MutableMapping[str, Any]
) -> MutableMapping[str, Any]:
    """Put `***` in place of the keys in the addresses that a log line names."""
    for name, value in event.items():
        if isinstance(value, str):
            event[name] = KEYS.sub(r"\1***", value)
    return event


def formatter() -> logging.Formatter:
    """The formatter that `settings.LOGGING` names; records of the standard library included."""
    shared: list[structlog.typing.Processor] = [
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
        without_keys,
    ]
    return structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=shared,
        processors=[
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            structlog.processors.LogfmtRenderer(key_order=["timestamp", "level", "event"]),
        ],
    )
