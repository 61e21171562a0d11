"""Set-up of every test run. Test services are brought by `tests/services.py`."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

# Before Django reads its settings: an instance folder of this run's own.
if "REGIN_DIR" not in os.environ:
    _FOLDER = Path(tempfile.mkdtemp(prefix="regin-test-"))
    for _name in ("files", "backups", "mail", "keys"):
        (_FOLDER / _name).mkdir()
    os.environ["REGIN_DIR"] = str(_FOLDER)
os.environ.setdefault("REGIN_SECRET_KEY", "only-for-tests-" + "x" * 40)
os.environ.setdefault("REGIN_PSEUDO_LANGUAGE", "1")
