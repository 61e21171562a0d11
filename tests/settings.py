"""The platform's settings, in an instance folder of this run's own, with quick password hashes."""

import os
import tempfile
from pathlib import Path

if "REGIN_DIR" not in os.environ:
    _FOLDER = Path(tempfile.mkdtemp(prefix="regin-test-"))
    for _name in ("files", "backups", "mail", "keys"):
        (_FOLDER / _name).mkdir()
    os.environ["REGIN_DIR"] = str(_FOLDER)
os.environ.setdefault("REGIN_SECRET_KEY", "only-for-tests-" + "x" * 40)
os.environ.setdefault("REGIN_PSEUDO_LANGUAGE", "1")

from regin.web.settings import *  # noqa: F403 - reads the environment set above

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
# Every test client starts the middleware anew. Looking a file up when it is asked for is the same
# page; listing all of them at each start is half the time of a short test.
WHITENOISE_AUTOREFRESH = True
