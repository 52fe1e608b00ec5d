"""E-mail for halkla-iliskiler."""
