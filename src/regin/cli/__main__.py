"""`python -m regin.cli` is `regin`."""

import sys

from regin.cli.main import main

sys.exit(main())
