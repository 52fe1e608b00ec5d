"""Where plugins have a place in the web: parts of two pages, and pages of their own. Each is drawn behind a guard."""
