"""Pages about places and profiles. A region's own page is put together in `web`."""
