"""The hooks of the plugin; what they return is read in ``data.py``."""

from datetime import datetime

from halkla_iliskiler.api import (
    About,
    Body,
    Brand,
    Category,
    Danger,
    DemoTicket,
    Department,
    Neighbourhood,
    Question,
    ReplyTemplate,
    Synonym,
    hookimpl,
)

from . import data


@hookimpl
def halkla_about() -> About:
    """A city's data, and no powers."""
    return About("Bornova", "Bornova'nın markası, müdürlükleri, konuları, mahalleleri ve hazır cevapları.")


@hookimpl
def halkla_choose_brand() -> Brand:
    """Name, colours, emblem and legal texts of *Bornova İletişim Merkezi*."""
    return data.brand()


@hookimpl
def halkla_departments() -> list[Department]:
    """31 directorates under the mayor and five deputy mayors."""
    return data.departments()


@hookimpl
def halkla_categories() -> list[Category]:
    """117 categories with their targets."""
    return data.categories()


@hookimpl
def halkla_neighbourhoods() -> list[Neighbourhood]:
    """45 neighbourhoods."""
    return data.neighbourhoods()


@hookimpl
def halkla_bodies() -> list[Body]:
    """The other institutions a matter may belong to."""
    return data.bodies()


@hookimpl
def halkla_reply_templates() -> list[ReplyTemplate]:
    """The ready answers."""
    return data.reply_templates()


@hookimpl
def halkla_questions() -> list[Question]:
    """What categories ask besides words and place."""
    return data.questions()


@hookimpl
def halkla_synonyms() -> list[Synonym]:
    """What people also say."""
    return data.synonyms()


@hookimpl
def halkla_dangers() -> list[Danger]:
    """Immediate dangers and whom to call."""
    return data.dangers()


@hookimpl
def halkla_demo_tickets(count: int, present: datetime, oldest: float, newest: float) -> list[DemoTicket]:
    """Invented applications for the demonstration: two hundred that tell a story each, and ordinary days."""
    return data.demo_tickets(count, present, oldest, newest)
