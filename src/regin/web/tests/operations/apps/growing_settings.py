"""The platform with one more app, whose migration works or fails as GROWING says."""

from regin.web.settings import *  # noqa: F403 - everything, and one app

INSTALLED_APPS = [*INSTALLED_APPS, "growing"]  # noqa: F405 - from the line above
