"""The city's data. Read by ``halkla init`` into the database; the running system reads the database."""

from ..domain.city import Body, Category, Danger, Department, Neighbourhood, Question, ReplyTemplate, Synonym
from ..domain.demo import DemoTicket
from .marker import hookspec


@hookspec
def halkla_departments() -> list[Department]:
    """Give the departments of the city.

    .. versionadded:: 0.1
    """


@hookspec
def halkla_categories() -> list[Category]:
    """Give the catalogue of categories; each names a department some provider gives.

    .. versionadded:: 0.1
    """


@hookspec
def halkla_neighbourhoods() -> list[Neighbourhood]:
    """Give the neighbourhoods with old spellings and *semt* names.

    .. versionadded:: 0.1
    """


@hookspec
def halkla_bodies() -> list[Body]:
    """Give the other institutions a matter may belong to.

    .. versionadded:: 0.1
    """


@hookspec
def halkla_reply_templates() -> list[ReplyTemplate]:
    """Give ready answers.

    .. versionadded:: 0.1
    """


@hookspec
def halkla_questions() -> list[Question]:
    """Give the questions categories ask.

    .. versionadded:: 0.2
    """


@hookspec
def halkla_synonyms() -> list[Synonym]:
    """Give what people also say for the words of the catalogue.

    .. versionadded:: 0.2
    """


@hookspec
def halkla_dangers() -> list[Danger]:
    """Give what tells of an immediate danger, and whom to call.

    .. versionadded:: 0.2
    """


@hookspec
def halkla_demo_tickets() -> list[DemoTicket]:
    """Give invented applications for ``halkla demo``. Never asked by a real site.

    .. versionadded:: 0.1
    """
