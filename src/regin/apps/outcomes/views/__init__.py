"""Pages of statistics: one module for reading them, one for bringing them in."""
