"""REGIN: evidence for regional integration. Engine, files and command line; the platform is `[web]`."""

__version__ = "0.1.0.dev0"
