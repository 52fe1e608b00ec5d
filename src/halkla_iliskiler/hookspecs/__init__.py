"""The hooks: what a plugin may answer, one module a family.

The name tells the promise.

- A plural noun is a *provider*: asked once at start-up (city data: by ``halkla init`` and ``halkla plugins sync``), its
  answers collected, a code given twice refused. ``about`` and ``settings_schema`` are asked the same way, of each
  plugin for itself. An exception there refuses to start and names the plugin.
- ``choose_`` is a question: the plugin listed last in the ini answers first, ``None`` passes it on.
- ``check_`` may veto, inside the transaction; whoever fails has no veto.
- ``on_`` tells what has happened, after the commit, through the outbox.
- ``_panels`` are places on a page. ``try_it`` is one plugin's own button.

Hooks are given frozen values and return plain ones. A hook exists only while something shipped answers it.
"""

import pluggy

from . import branding, channels, city_data, feedback, platform, tickets, ui

__all__ = ["FAMILIES", "PROJECT", "hookimpl"]

PROJECT = "halkla_iliskiler"
hookimpl = pluggy.HookimplMarker(PROJECT)
FAMILIES = (branding, channels, city_data, feedback, platform, tickets, ui)
