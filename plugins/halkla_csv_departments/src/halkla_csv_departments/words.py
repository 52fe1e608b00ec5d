"""What the plugin says to people."""

from translationstring import TranslationStringFactory

__all__ = ["FIELDS", "LEVELS", "PROBLEMS", "REFUSALS", "ROLES", "WHAT", "_"]

_ = TranslationStringFactory(__package__)

PROBLEMS = {
    "too_large": _("The file is larger than any list of staff."),
    "too_wide": _("The first line has more than 200 cells."),
    "encoding": _("The letters cannot be read: the file is neither UTF-8 nor Windows-1254, or no CSV at all."),
    "empty": _("There is nothing in the file."),
    "quotes": _("A quotation mark is opened and never closed."),
    "column_missing": _("This column is missing."),
    "column_twice": _("This column is there twice."),
    "cells": _("The line has another number of cells than the first line."),
    "code": _("The code is missing, or holds more than letters without accents, digits, dot and dash."),
    "code_twice": _("The code is there twice."),
    "name": _("The name is missing or too long."),
    "level": _("No such kind of unit is known."),
    "email": _("This is no e-mail address."),
    "day": _("This is no day (31.12.2026)."),
    "days": _("It ends before it begins."),
    "unit_unknown": _("There is no unit of this code."),
    "circle": _("The unit stands above itself."),
    "username": _("This cannot be a user name: small letters without accents, digits, dot and dash."),
    "person_twice": _("Two different people have this user name."),
    "role": _("A file gives no such role."),
    "department": _("There is no unit of this code, and the role needs one."),
    "missing": _("The file is not there."),
    "unreadable": _("The file may not be read, or is no file."),
}
"""What can be wrong with a file, by its code."""

REFUSALS = {
    "successor_needed": _("Applications of its subjects would have no directorate: choose who takes over."),
    "successor_closed": _("Who is to take over does not exist any more by then."),
    "succeeds_itself": _("It would be taken over by itself."),
    "name_taken": _("Another unit has this name."),
    "above_itself": _("The unit would stand above itself."),
    "unknown": _("A unit or a role it needs is not there yet: confirm that one first."),
    "own_account": _("Your own account is changed by somebody else."),
    "last_administrator": _("Nobody would be left to run the system."),
    "": _("The house refused it. Look at it in the administration."),
}
"""Why something could not be carried out, by the house's code."""

WHAT = {
    "new": _("new"),
    "changed": _("changed"),
    "back": _("there again"),
    "gone": _("gone"),
}
FIELDS = {
    "name": _("Name"),
    "parent": _("Below"),
    "level": _("Kind"),
    "valid_from": _("From"),
    "valid_until": _("Until"),
    "successor": _("Taken over by"),
    "email": _("E-mail"),
    "grants": _("Roles"),
    "disabled": _("Disabled"),
}
LEVELS = {
    "mayor": _("mayor"),
    "deputy_mayor": _("deputy mayor"),
    "directorate": _("directorate"),
    "unit": _("unit"),
}
ROLES = {
    "agent": _("agent"),
    "clerk": _("clerk"),
    "director": _("director"),
    "deputy_mayor": _("deputy mayor"),
    "field_crew": _("field crew"),
    "supervisor": _("supervisor"),
    "auditor": _("auditor"),
    "administrator": _("administrator"),
}
