"""The hooks: what a plugin may answer, one module a family.

The name tells the promise. A plural noun is a *provider*: asked once at start-up (city data: by ``halkla init``), its
answers collected, a code given twice refused. ``choose_`` is a question: the plugin listed last in the ini answers
first, ``None`` passes it on. Providers run at start-up, outside any transaction; an exception there refuses to start
and names the plugin.
"""

import pluggy

from . import branding, channels, city_data, feedback

__all__ = ["FAMILIES", "PROJECT", "hookimpl"]

PROJECT = "halkla_iliskiler"
hookimpl = pluggy.HookimplMarker(PROJECT)
FAMILIES = (branding, channels, city_data, feedback)
