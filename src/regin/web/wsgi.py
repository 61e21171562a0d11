"""What gunicorn serves."""

import gc
import os

from django.core.wsgi import get_wsgi_application
from django.urls import get_resolver

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "regin.web.settings")
application = get_wsgi_application()

# What is loaded now stays as long as the process. Without this each full collection of garbage
# walks all of it, and a request waits for a tenth of a second now and then.
get_resolver().url_patterns  # noqa: B018 - loads every view
gc.collect()
gc.freeze()
