"""How content applicants are, for halkla-iliskiler."""
