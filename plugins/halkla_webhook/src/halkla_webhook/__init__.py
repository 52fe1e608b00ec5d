"""Signed calls to a city's own systems when something happens to a ticket, for halkla-iliskiler."""
