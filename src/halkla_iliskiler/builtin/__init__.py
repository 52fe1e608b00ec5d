"""The core's own hook implementations. Loaded by name like any plugin; nothing imports them."""
