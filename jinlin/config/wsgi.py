"""The WSGI callable granian serves."""

import gc
import os

from django.core.wsgi import get_wsgi_application

from jinlin.kernel.sqlite3.together import use_writers

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "jinlin.config.settings")
application = get_wsgi_application()
use_writers()

# What stands after the start stands for good: left to itself the collector walks all of it again and again, which
# costs a report about a tenth of its time.
gc.collect()
gc.freeze()
gc.set_threshold(10_000, 20, 20)
