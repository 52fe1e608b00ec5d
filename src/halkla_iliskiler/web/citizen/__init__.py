"""The citizen's room: one question, one form, one page to follow."""
