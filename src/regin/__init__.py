"""REGIN: evidence for regional integration. The base package; the platform is the extra `[web]`."""

__version__ = "0.3.0"
