"""The city's data. ``halkla init`` and ``halkla plugins sync`` read it into the database, which the system reads."""

from datetime import datetime

from ..domain.city import Body, Category, Danger, Department, Neighbourhood, Question, ReplyTemplate, Synonym
from ..domain.demo import DemoTicket
from .marker import hookspec


@hookspec
def halkla_departments() -> list[Department]:
    """Give the departments of the city.

    Called: by ``halkla init`` and by ``halkla plugins sync``, which show and take over what has changed.
    Not called: at start-up, or while the system runs: what the city has changed in its pages stays.
    Transaction: none; what all plugins give is collected and checked before anything is written.
    Thread: one of its own while the command waits.
    Returns: a list of values, empty for none. A code that another plugin gives is refused.
    Errors: the command is refused with a sentence that names the plugin; nothing is changed.

    Example::

        from halkla_iliskiler.api import Department, hookimpl

        @hookimpl
        def halkla_departments() -> list[Department]:
            return [Department("parks", "Park ve Bahçeler Müdürlüğü", name_en="Parks and Gardens")]

    .. versionadded:: 0.1
    """


@hookspec
def halkla_categories() -> list[Category]:
    """Give the catalogue of categories; each names a department some provider gives.

    Called: by ``halkla init`` and by ``halkla plugins sync``, which show and take over what has changed.
    Not called: at start-up, or while the system runs: what the city has changed in its pages stays.
    Transaction: none; what all plugins give is collected and checked before anything is written.
    Thread: one of its own while the command waits.
    Returns: a list of values, empty for none. A code that another plugin gives is refused. A category that names
        a department, body or question nobody gives is refused.
    Errors: the command is refused with a sentence that names the plugin; nothing is changed.

    Example::

        from datetime import timedelta

        from halkla_iliskiler.api import Category, hookimpl

        @hookimpl
        def halkla_categories() -> list[Category]:
            return [Category("tree", "Ağaç budama", "parks", timedelta(days=10), keywords=("ağaç", "dal"))]

    .. versionadded:: 0.1
    """


@hookspec
def halkla_neighbourhoods() -> list[Neighbourhood]:
    """Give the neighbourhoods with old spellings and *semt* names.

    Called: by ``halkla init`` and by ``halkla plugins sync``, which show and take over what has changed.
    Not called: at start-up, or while the system runs: what the city has changed in its pages stays.
    Transaction: none; what all plugins give is collected and checked before anything is written.
    Thread: one of its own while the command waits.
    Returns: a list of values, empty for none. A code that another plugin gives is refused.
    Errors: the command is refused with a sentence that names the plugin; nothing is changed.

    Example::

        from halkla_iliskiler.api import Neighbourhood, hookimpl

        @hookimpl
        def halkla_neighbourhoods() -> list[Neighbourhood]:
            return [Neighbourhood("isikli", "Işıklı", ("Isikli Mahallesi", "Eski Bağlar"))]

    .. versionadded:: 0.1
    """


@hookspec
def halkla_bodies() -> list[Body]:
    """Give the other institutions a matter may belong to.

    Called: by ``halkla init`` and by ``halkla plugins sync``, which show and take over what has changed.
    Not called: at start-up, or while the system runs: what the city has changed in its pages stays.
    Transaction: none; what all plugins give is collected and checked before anything is written.
    Thread: one of its own while the command waits.
    Returns: a list of values, empty for none. A code that another plugin gives is refused.
    Errors: the command is refused with a sentence that names the plugin; nothing is changed.

    Example::

        from halkla_iliskiler.api import Body, hookimpl

        @hookimpl
        def halkla_bodies() -> list[Body]:
            return [Body("water", "Deneme Su İdaresi", "su ve kanal", keywords=("su kesinti", "kanal"))]

    .. versionadded:: 0.1
    """


@hookspec
def halkla_reply_templates() -> list[ReplyTemplate]:
    """Give ready answers.

    Called: by ``halkla init`` and by ``halkla plugins sync``, which show and take over what has changed.
    Not called: at start-up, or while the system runs: what the city has changed in its pages stays.
    Transaction: none; what all plugins give is collected and checked before anything is written.
    Thread: one of its own while the command waits.
    Returns: a list of values, empty for none. A code that another plugin gives is refused.
    Errors: the command is refused with a sentence that names the plugin; nothing is changed.

    Example::

        from halkla_iliskiler.api import ReplyTemplate, hookimpl

        @hookimpl
        def halkla_reply_templates() -> list[ReplyTemplate]:
            return [ReplyTemplate("done", "Yapıldı", "{number} numaralı başvurunuzdaki iş tamamlandı.")]

    .. versionadded:: 0.1
    """


@hookspec
def halkla_questions() -> list[Question]:
    """Give the questions categories ask beside words and place.

    Called: by ``halkla init`` and by ``halkla plugins sync``, which show and take over what has changed.
    Not called: at start-up, or while the system runs: what the city has changed in its pages stays.
    Transaction: none; what all plugins give is collected and checked before anything is written.
    Thread: one of its own while the command waits.
    Returns: a list of values, empty for none. A code that another plugin gives is refused.
    Errors: the command is refused with a sentence that names the plugin; nothing is changed.

    Example::

        from halkla_iliskiler.api import Question, hookimpl

        @hookimpl
        def halkla_questions() -> list[Question]:
            return [Question("plate", "Aracın plakası", "plate", required=True)]

    .. versionadded:: 0.1
    """


@hookspec
def halkla_synonyms() -> list[Synonym]:
    """Give what people also say for the words of the catalogue.

    Called: by ``halkla init`` and by ``halkla plugins sync``, which show and take over what has changed.
    Not called: at start-up, or while the system runs: what the city has changed in its pages stays.
    Transaction: none; what all plugins give is collected and checked before anything is written.
    Thread: one of its own while the command waits.
    Returns: a list of values, empty for none. A code that another plugin gives is refused.
    Errors: the command is refused with a sentence that names the plugin; nothing is changed.

    Example::

        from halkla_iliskiler.api import Synonym, hookimpl

        @hookimpl
        def halkla_synonyms() -> list[Synonym]:
            return [Synonym("hole", "çukur", ("delik", "kasis"))]

    .. versionadded:: 0.1
    """


@hookspec
def halkla_dangers() -> list[Danger]:
    """Give what tells of an immediate danger, and whom to call.

    Called: by ``halkla init`` and by ``halkla plugins sync``, which show and take over what has changed.
    Not called: at start-up, or while the system runs: what the city has changed in its pages stays.
    Transaction: none; what all plugins give is collected and checked before anything is written.
    Thread: one of its own while the command waits.
    Returns: a list of values, empty for none. A code that another plugin gives is refused. One that names a body
        nobody gives is refused.
    Errors: the command is refused with a sentence that names the plugin; nothing is changed.

    Example::

        from halkla_iliskiler.api import Danger, hookimpl

        @hookimpl
        def halkla_dangers() -> list[Danger]:
            return [Danger("fire", ("yangın", "alev"), "Yangın mı var?", "Hemen uzaklaşın ve 112'yi arayın.")]

    .. versionadded:: 0.1
    """


@hookspec
def halkla_demo_tickets(count: int, present: datetime, oldest: float, newest: float) -> list[DemoTicket]:
    """Give invented applications for a demonstration: those of a stretch of time, about ``count`` of them.

    ``oldest`` and ``newest`` are the ends of the stretch in hours before ``present``, the moment of the demonstration.
    A plugin that tells a fixed number of stories gives those whose ``hours_ago`` lies in the stretch.

    Called: by ``halkla demo``, and by ``halkla serve`` for a new demonstration; a large one in several stretches.
    Not called: by a real site, ever.
    Transaction: none.
    Thread: one of its own while the command waits.
    Returns: a list of values, empty for none; people, telephones and addresses in them belong to nobody.
    Errors: the command is refused with a sentence that names the plugin.

    Example::

        from halkla_iliskiler.api import DemoTicket, hookimpl

        @hookimpl
        def halkla_demo_tickets(oldest: float, newest: float) -> list[DemoTicket]:
            told = [DemoTicket("Parktaki bank kırık.", "COMPLAINT", "web", "ASSIGNED", 5.0, category="bench")]
            return [ticket for ticket in told if newest <= ticket.hours_ago < oldest]

    .. versionadded:: 0.1
    """
