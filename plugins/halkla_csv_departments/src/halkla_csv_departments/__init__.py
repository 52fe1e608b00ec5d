"""Directorates and staff from the personnel system's nightly file, for halkla-iliskiler."""
