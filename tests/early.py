"""Loaded by pytest before Django's settings are read (`-p tests.early`): gives the run a home of its own.

No test may touch the data of the checkout, so JINLIN_HOME becomes a temporary folder, one per xdist worker.
DATABASE_URL is kept when given: `python -m tests.pg pytest ...` runs the same tests on a private PostgreSQL.
"""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile

HOME = tempfile.mkdtemp(prefix="jinlin-test-")
os.environ["JINLIN_HOME"] = HOME
for name in ("JINLIN_DEBUG", "JINLIN_HTTPS", "JINLIN_HOSTS", "JINLIN_SECRET_KEY", "JINLIN_TIME_ZONE"):
    os.environ.pop(name, None)
atexit.register(shutil.rmtree, HOME, ignore_errors=True)
