"""The rows of a list: each is drawn once and kept as long as it says the same."""

from datetime import UTC, datetime
from html import escape

from pyramid.request import Request

from ...domain.ticket import address_of
from ...i18n import _
from ...index import Row
from ...index.rows import NEVER
from ...storage import City, Site
from ..labels import KINDS, STATUSES
from ..page import Page
from ..values import Values
from .asked import Asked

__all__ = ["rows_html", "tone_of"]

_HERE, _BETWEEN = "\x00", "\x01"
"""What stands in a kept row for what its link says of the list, and what before each row where several are drawn; no
text of ours or a citizen's holds them."""


def rows_html(request: Request, site: Site, rows: list[Row], asked: Asked) -> str:
    """Return the rows as HTML, with links that know the list.

    A kept row is named by everything it says: the ticket in its version, the city's data, and what changes without
    them, which is the time left, how many say the same, and what whoever has it is called.
    """
    page: Page = request.page
    language, step, serial = page.language, page.times.step, site.city.edition
    same = request.services.lists.same_words_counts(rows)
    wanted = []
    for row in rows:
        user = site.users.get(row.assignee) if row.assignee else None
        name = user.name if user is not None else row.assignee or ""
        alike, due = same.get(row.words_hash, 0), NEVER if row.due == NEVER else step(row.due)
        wanted.append(((row.id, row.version, language, serial, due, alike, name), (row, name, alike)))
    drawn = request.registry.rendered.get_all(wanted, lambda missing: _drawn(request, site.city, missing))
    return "".join(drawn).replace(_HERE, escape(asked.suffix))


def _drawn(request: Request, city: City, missing: list[tuple[Row, str, int]]) -> list[str]:
    """Draw rows, all at once, which costs half of drawing each."""
    template = request.registry.templates["staff/queue_rows.pt"]
    values = [_values(request, city, *one) for one in missing]
    return str(template.render(rows=values, target_language=request.page.speech)).split(_BETWEEN)[1:]


def _values(request: Request, city: City, row: Row, assignee: str, same_words: int) -> Values:
    page: Page = request.page
    category = city.category(row.category)
    channel = request.assembly.extensions.channels.get(row.channel)
    words, tone, exact = _due(page, row)
    return Values(
        number=row.number,
        address=address_of(row.id),
        pick=page.say(_("Select ${number}"), number=row.number),
        href=f"{page.url('staff.queue')}/basvurular/{address_of(row.id)}{_HERE}",
        label=category.label if category else page.say(_("Not sorted yet")),
        snippet=row.snippet,
        department=_short(city.tree.name_of(row.department)),
        place=city.territory.name_of(row.neighbourhood),
        channel=page.say(channel.label) if channel else row.channel,
        status=page.say(STATUSES[row.status]),
        status_key=row.status.lower().replace("_", "-"),  # an ASCII code, not Turkish
        due_words=words,
        due_tone=tone,
        due_exact=exact,
        badges=_badges(page, row, same_words),
        assignee=assignee,
        kind_label=page.say(KINDS[row.kind]),
        sensitive=bool(row.sensitive),
    )


def tone_of(page: Page, row: Row) -> str:
    """Return how a row's due time stands: ``late``, ``soon``, ``ok`` or ``none``."""
    return "none" if row.due == NEVER else str(page.times.short_due(datetime.fromtimestamp(row.due, UTC))[1])


def _badges(page: Page, row: Row, same_words: int) -> list[str]:
    """Say what else is to be seen of a row: photos, others like it, what is odd about it."""
    said = [f"#{words}" for words in row.tags.split(",") if words]
    if row.photos:
        said.append(f"{row.photos} {page.say(_('photo'))}")
    if same_words > 1:
        said.append(page.say(_("${count} with the same words"), count=same_words))
    if row.repeats:
        said.append(page.say(_("sent ${count} times"), count=row.repeats + 1))
    if row.duplicates:
        said.append(page.say(_("${count} duplicates"), count=row.duplicates))
    if row.duplicate_of:
        said.append(page.say(_("duplicate")))
    if row.related_to:
        said.append(page.say(_("same thing as another")))
    if row.suspected:
        said.append(page.say(_("suspected")))
    return said


def _short(department: str) -> str:
    return department.removesuffix(" Müdürlüğü")


def _due(page: Page, row: Row) -> tuple[str, str, str]:
    if row.due == NEVER:
        return "", "none", ""
    at = datetime.fromtimestamp(row.due, UTC)
    words, tone = page.times.short_due(at)
    return words, tone, page.times.exact(at)
