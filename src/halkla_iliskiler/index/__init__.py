"""A rebuildable read model beside the database: one SQLite file per host for lists, filters, counts and search.

ZODB is the truth. The index holds what a list shows and what a search compares, follows every commit before the
answer is sent, and is rebuilt whenever it does not belong to the database beside it.
"""

from . import figures, kin
from .queries import Page, Personal, Standing, TicketQuery
from .rows import Row, row_of
from .ticket_index import IndexUnusable, TicketIndex

__all__ = [
    "IndexUnusable",
    "Page",
    "Personal",
    "Row",
    "Standing",
    "TicketIndex",
    "TicketQuery",
    "figures",
    "kin",
    "row_of",
]
