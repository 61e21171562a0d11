"""The platform with two addresses more, for tests over real HTTP."""

from regin.web.settings import *  # noqa: F403 - everything, and other addresses

ROOT_URLCONF = "writing_urls"
