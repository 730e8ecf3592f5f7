"""The real settings, made unsafe as the environment says: for tests of the boot gate only."""

import datetime as dt
import os

from zhijia.config.settings import *  # noqa: F403
from zhijia.config.settings import DATABASES
from zhijia.core import clock

if "UNSAFE_PRAGMA" in os.environ:
    DATABASES["default"]["OPTIONS"]["init_command"] += os.environ["UNSAFE_PRAGMA"]
if "UNSAFE_CLOCK" in os.environ:
    right = clock.now
    clock.now = lambda: right() + dt.timedelta(seconds=float(os.environ["UNSAFE_CLOCK"]))
