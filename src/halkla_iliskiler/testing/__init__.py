"""For tests of the core and of plugins: a clock of their own, a small invented city, and an open site.

The package is itself a plugin (the city's data, its brand, and :class:`TestMethod`); :func:`make_site` uses it without
its being installed. Nothing here is used by the program.
"""

import sys

from ..domain.matching import Alarms, Matcher
from .city import TestMethod
from .city import halkla_bodies as halkla_bodies
from .city import halkla_categories as halkla_categories
from .city import halkla_choose_brand as halkla_choose_brand
from .city import halkla_dangers as halkla_dangers
from .city import halkla_departments as halkla_departments
from .city import halkla_feedback_methods as halkla_feedback_methods
from .city import halkla_neighbourhoods as halkla_neighbourhoods
from .city import halkla_questions as halkla_questions
from .city import halkla_reply_templates as halkla_reply_templates
from .city import halkla_synonyms as halkla_synonyms
from .clock import START, FakeNow
from .people import PASSWORD, STAFF, actor
from .running import RunningCity, Told
from .sites import draft, make_site, open_site, png, site_settings

__all__ = [
    "PASSWORD",
    "STAFF",
    "START",
    "Alarms",
    "FakeNow",
    "Matcher",
    "RunningCity",
    "TestMethod",
    "Told",
    "actor",
    "draft",
    "make_site",
    "open_site",
    "png",
    "site_settings",
]

if "pytest" in sys.modules:
    # What a test of the contract has compared is said as pytest says it everywhere.
    sys.modules["pytest"].register_assert_rewrite(f"{__name__}.contract")
