"""The staff's room: lists, one ticket at a time, and what goes out of the house."""
