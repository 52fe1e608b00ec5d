"""The kinds of the city's data as pages: their words, their fields, and what a row of a list shows."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from ....domain.city import (
    Body,
    Category,
    Department,
    Neighbourhood,
    Question,
    ReplyTemplate,
    Synonym,
)
from ....domain.text import fold, sort_key
from ....i18n import _
from ....storage import City, Site
from ...labels import OUTCOMES, REGIMES
from ...page import Page
from .fields import Field, area, box, choice, day, email, line, lines, questions, target
from .words import AREAS, AreaWords

__all__ = ["BY_PATH", "KIND_PAGES", "KindPage", "field_words"]

LEVELS = {"mayor": _("Mayor"), "deputy_mayor": _("Deputy mayor"), "directorate": _("Directorate")}
METHODS = {
    "telephone": _("By telephone"),
    "letter": _("By letter"),
    "email": _("By e-mail"),
    "link": _("On their own page"),
    "signpost": _("The applicant is told where to go"),
}
KINDS_OF_QUESTION = {
    "text": _("A line of text"),
    "number": _("A number"),
    "choice": _("One of a few answers"),
    "several": _("Some of a few answers"),
    "date": _("A day"),
    "plate": _("A number plate"),
    "yes_no": _("Yes or no"),
    "photo": _("A photo"),
}
PURPOSES_OF_TEMPLATES = {
    "answer": _("Answer"),
    "question": _("Question to the applicant"),
    "decline": _("Decline with reason"),
    "referral": _("Forward to a body"),
    "plan": _("Plan"),
}
UNITS = (("hours", _("hours")), ("days", _("days")))
_SEARCH = _("How it is found")
_CITIZEN = _("What citizens read")
_RULES = _("Rules")
_AGENT = _("What an agent asks and says")
_ENGLISH = _("In English")
_A_LINE_EACH = _("A line each.")


@dataclass(frozen=True)
class KindPage:
    """A kind of the city's data: its name in the database and in addresses, its words, its fields, its rows.

    ``fields`` is asked with the value in the form, ``None`` for a new one. ``row`` returns what stands in a list beside
    the name, ``headings`` what those columns are called, ``group`` what belongs together, ``found_by`` all that the
    list is searched for.
    """

    kind: str
    path: str
    title: str
    new: str
    intro: str
    headings: tuple[str, ...]
    fields: Callable[[Page, City, Any], list[Field]]
    row: Callable[[Page, City, Any], tuple[str, ...]]
    blank: Callable[[], Any]
    found_by: Callable[[City, Any], Iterable[str]]
    group: Callable[[City, Any], str] = lambda city, value: ""


def _chosen(values: Iterable[tuple[str, str]], nothing: str | None = None) -> list[tuple[str, str]]:
    return [*([("", nothing)] if nothing is not None else []), *values]


def _departments(city: City, present: str | None, nothing: str) -> list[tuple[str, str]]:
    """Return the directorates that can be chosen; one that is closed only where it stands already."""
    open_ones = [
        unit
        for unit in city.departments
        if unit.level == "directorate" and (unit.valid_until is None or unit.code == present)
    ]
    return [("", nothing), *((unit.code, unit.name) for unit in sorted(open_ones, key=lambda one: sort_key(one.name)))]


def _department_fields(page: Page, city: City, value: Department | None) -> list[Field]:
    above = [(unit.code, unit.name) for unit in city.departments if value is None or unit.code != value.code]
    return [
        line("name", _("Name"), required=True),
        choice("level", _("Level"), list(LEVELS.items()), half=True),
        choice("parent", _("Answers to"), _chosen(above, page.say(_("Nobody"))), nothing=None, half=True),
        email(
            "email", _("E-mail for notices of new work"), half=True,
            help=_("Empty: the directorate is not told of new work by e-mail."),
        ),
        day("valid_from", _("Exists from"), half=True, help=_("Empty: it has always existed.")),
        line("name_en", _("Name in English"), help=_("What citizens read who do not read Turkish.")),
    ]  # fmt: skip


def _department_row(page: Page, city: City, unit: Department) -> tuple[str, ...]:
    until = page.day(unit.valid_until.isoformat()) if unit.valid_until else ""
    return (page.say(LEVELS.get(unit.level, unit.level)), city.tree.name_of(unit.parent), unit.email, until)


def _category_fields(page: Page, city: City, value: Category | None) -> list[Field]:
    groups = list(dict.fromkeys(one.group for one in city.categories if one.group))
    asked = [("", page.say(_("No question")))] + [
        (one.code, f"{one.label} ({one.code})") for one in city.questions if one.ended_on is None
    ]
    present = value.department if value is not None else None
    bodies = [(body.code, body.name) for body in city.offered_bodies]
    group = line("group", _("Group"), half=True)
    return [
        line("label", _("Name"), required=True),
        choice(
            "department", _("Directorate"), _departments(city, present, page.say(_("Choose a directorate"))),
            half=True, required=True,
        ),
        _suggesting(group, groups),
        target("solve_within", _("Time to solve"), UNITS),
        choice("regime", _("Law"), list(REGIMES.items()), half=True, nothing="SERVICE"),
        choice(
            "often_body", _("Often belongs to"), _chosen(bodies, page.say(_("Nobody else"))), nothing=None, half=True
        ),
        lines(
            "keywords", _("Search words"), rows=6, section=_SEARCH,
            help=_(
                "A line each, without endings: “çöp alın” finds “çöpümüz alınmadı”. Several words must all be said."
            ),
        ),
        box("is_public", _("Citizens may choose it"), section=_RULES),
        box("urgent", _("Urgent: its directorate is told at once")),
        box("sensitive", _("Sensitive: only those with the named right see it")),
        box("hides_identity", _("Only the centre knows who complained")),
        box("needs_contact", _("Not possible for somebody unknown: an appointment, a visit")),
        box("needs_check", _("The centre accepts the outcome before the answer goes out")),
        box("needs_after_photo", _("Nobody says that it is solved without a photo of how it is now")),
        area("about", _("What the service is"), section=_CITIZEN),
        lines("documents", _("What to bring"), help=_A_LINE_EACH),
        questions(
            "questions", _("Questions"), asked, max(3, len(value.questions) + 2 if value is not None else 3),
            section=_("Questions about this subject"),
            help=_("In this order. A question that depends on another stands behind it."),
        ),
        lines("script", _("What to ask a caller"), help=_A_LINE_EACH, section=_AGENT),
        area("first_answer", _("What can be said at once")),
        line("label_en", _("Name in English"), section=_ENGLISH, half=True),
        line("group_en", _("Group in English"), half=True),
        area("about_en", _("What the service is, in English")),
        lines("documents_en", _("What to bring, in English"), help=_A_LINE_EACH),
    ]  # fmt: skip


def _suggesting(field: Field, words: Sequence[str]) -> Field:
    """Let a line of text propose what others already say."""
    plain = field.nodes

    def nodes(of: Field) -> list[Any]:
        made = plain(of)
        made[0].widget.suggestions = (f"{field.name}-known", list(words))
        made[0].widget.attributes = {**made[0].widget.attributes, "list": f"{field.name}-known"}
        return made

    return replace(field, nodes=nodes)


def _category_row(page: Page, city: City, category: Category) -> tuple[str, ...]:
    marks = [
        page.say(words)
        for is_so, words in (
            (not category.is_public, _("staff only")),
            (category.sensitive, _("sensitive")),
            (category.urgent, _("urgent")),
        )
        if is_so
    ]
    unit = city.tree.name_of(category.department)
    return (unit, page.times.span(category.solve_within), ", ".join(marks))


def _question_fields(page: Page, city: City, value: Question | None) -> list[Field]:
    deciding = [
        (one.code, one.label)
        for one in city.questions
        if one.kind in ("choice", "several", "yes_no") and (value is None or one.code != value.code)
    ]
    condition = _("Asked only after certain answers")
    return [
        line("label", _("Question"), required=True),
        choice("kind", _("Kind of answer"), list(KINDS_OF_QUESTION.items()), half=True, required=True),
        line("help", _("Help below the question"), half=True),
        lines("options", _("Answers to choose from"), help=_("A line each. For “one of a few” and “some of a few”.")),
        box("required", _("The application cannot be sent without it")),
        choice(
            "asked_if", _("Depends on"), _chosen(deciding, page.say(_("Nothing, it is always asked"))),
            section=condition,
        ),
        _in_words(
            lines(
                "asked_if_answers", _("Asked after these answers"), rows=2,
                help=_("A line each, as they stand there."),
            )
        ),
        line("label_en", _("Question in English"), section=_ENGLISH),
        line("help_en", _("Help in English")),
        lines("options_en", _("Answers in English"), help=_("As many as in Turkish, in the same order.")),
    ]  # fmt: skip


_YES_NO = {"yes": "Evet", "no": "Hayır"}  # the city's language, as everything staff read


def _in_words(field: Field) -> Field:
    """Let yes and no be written as they are said."""
    show, read = field.to_text, field.from_text
    codes = {fold(words): code for code, words in _YES_NO.items()}

    def to_text(value: tuple[str, ...]) -> dict[str, str]:
        return show(tuple(_YES_NO.get(one, one) for one in value))

    def from_text(typed: Any) -> tuple[str, ...]:
        return tuple(codes.get(fold(one), one) for one in read(typed))

    return replace(field, to_text=to_text, from_text=from_text)


def _question_row(page: Page, city: City, question: Question) -> tuple[str, ...]:
    askers = sum(question.code in one.questions for one in city.offered)
    asked = page.say(_("${count} subjects"), count=askers) if askers else page.say(_("not asked"))
    needed = page.say(_("required")) if question.required else ""
    return (page.say(KINDS_OF_QUESTION.get(question.kind, question.kind)), needed, asked)


def _synonym_fields(page: Page, city: City, value: Synonym | None) -> list[Field]:
    return [
        line("means", _("Word of the catalogue"), required=True, help=_("One of the search words of the subjects.")),
        lines(
            "words", _("What people also say"), rows=6, required=True,
            help=_("A word or a phrase in each line. Whoever says one of them also means the word above."),
        ),
    ]  # fmt: skip


def _neighbourhood_fields(page: Page, city: City, value: Neighbourhood | None) -> list[Field]:
    return [
        line("name", _("Name"), required=True),
        lines(
            "aliases", _("Other spellings and semts"), rows=6,
            help=_("A line each: old spellings, abbreviations, and semts that lie in this neighbourhood alone."),
        ),
        _or_none(line("region", _("Region"), half=True)),
        box("is_rural", _("A village until lately")),
        box(
            "is_common_word", _("The name alone proves nothing"),
            help=_("Like Zafer or Merkez: it counts only where “mahalle” or an apostrophe stands by it."),
        ),
    ]  # fmt: skip


def _or_none(field: Field) -> Field:
    """Let an empty text mean that there is none."""
    read = field.from_text
    return replace(field, from_text=lambda typed: read(typed) or None)


def _body_fields(page: Page, city: City, value: Body | None) -> list[Field]:
    return [
        line("name", _("Name"), required=True),
        area("subjects", _("What it is responsible for"), required=True),
        line("phone", _("Telephone"), half=True, most=40),
        day(
            "checked_on", _("Number checked on"), half=True,
            help=_("Until somebody has called it, no citizen is shown the number."),
        ),
        choice("method", _("How we reach it"), list(METHODS.items()), half=True),
        box("follow_up", _("We ask what has become of it")),
        lines("keywords", _("Search words"), rows=6, section=_SEARCH, help=_A_LINE_EACH),
        line("name_en", _("Name in English"), section=_ENGLISH),
        area("subjects_en", _("What it is responsible for, in English")),
    ]  # fmt: skip


def _body_row(page: Page, city: City, body: Body) -> tuple[str, ...]:
    checked = page.day(body.checked_on.isoformat()) if body.checked_on else page.say(_("not checked"))
    return (body.subjects, body.phone, checked if body.phone else "")


def _template_fields(page: Page, city: City, value: ReplyTemplate | None) -> list[Field]:
    groups = [(group, group) for group in dict.fromkeys(one.group for one in city.categories if one.group)]
    subjects = sorted(((one.code, one.label) for one in city.offered), key=lambda one: sort_key(one[1]))
    return [
        line("title", _("Name"), required=True, help=_("What staff choose it by; no citizen reads it.")),
        area(
            "text", _("Text"), rows=8, most=5000, required=True,
            help=_(
                "Filled in by themselves: {number} {category} {department} {place} {planned_for} {body}. "
                "What stands in [brackets] has to be filled in by hand."
            ),
        ),
        choice("purpose", _("What it is for"), list(PURPOSES_OF_TEMPLATES.items()), half=True),
        choice(
            "outcome", _("Offered first for the outcome"), _chosen(OUTCOMES.items(), page.say(_("Any outcome"))),
            half=True,
        ),
        choice("group", _("Only for subjects of the group"), _chosen(groups, page.say(_("All groups"))), half=True),
        choice("category", _("Only for the subject"), _chosen(subjects, page.say(_("All subjects"))), half=True),
    ]  # fmt: skip


def _template_row(page: Page, city: City, template: ReplyTemplate) -> tuple[str, ...]:
    category = city.category(template.category)
    only = category.label if category is not None else template.group
    text = template.text if len(template.text) <= 110 else f"{template.text[:108].rstrip()}…"
    return (text, only or page.say(_("All subjects")))


KIND_PAGES = (
    KindPage(
        "departments", "mudurlukler", _("Directorates"), _("New directorate"),
        _(
            "A directorate opens and closes by decision of the council. Closed ones keep their applications and their "
            "history; their work goes to a successor."
        ),
        (_("Level"), _("Answers to"), _("E-mail"), _("Until")), _department_fields, _department_row,
        lambda: Department("", ""), lambda city, one: (one.name, one.name_en, one.email, one.code),
    ),
    KindPage(
        "categories", "konular", _("Subjects"), _("New subject"),
        _(
            "A change holds at once, on every page, for new applications. Those that are open keep what they were "
            "promised."
        ),
        (_("Directorate"), _("Time to solve"), _("Marks")), _category_fields, _category_row,
        lambda: Category("", "", "", timedelta(days=3)),
        lambda city, one: (
            one.label, one.label_en, one.code, one.group, city.tree.name_of(one.department), *one.keywords
        ),
        lambda city, one: str(one.group),
    ),
    KindPage(
        "questions", "sorular", _("Questions"), _("New question"),
        _("A question is written once and asked by as many subjects as need it."),
        (_("Kind of answer"), _("Required"), _("Asked by")), _question_fields, _question_row,
        lambda: Question("", ""), lambda city, one: (one.label, one.label_en, one.code, *one.options),
    ),
    KindPage(
        "synonyms", "es-anlamlilar", _("Synonyms"), _("New synonym"),
        _(
            "What people say in their own words leads to the words of the catalogue. Try a sentence before and after "
            "you change something."
        ),
        (_("What people also say"),), _synonym_fields, lambda page, city, one: (", ".join(one.words),),
        lambda: Synonym("", "", ()), lambda city, one: (one.means, one.code, *one.words),
    ),
    KindPage(
        "reply_templates", "hazir-cevaplar", _("Ready answers"), _("New ready answer"),
        _("Offered while somebody answers. Every one of them can be read over and changed before it is sent."),
        (_("Text"), _("Only for")), _template_fields, _template_row,
        lambda: ReplyTemplate("", "", ""), lambda city, one: (one.title, one.text, one.group, one.code),
        lambda city, one: str(PURPOSES_OF_TEMPLATES.get(one.purpose, one.purpose)),
    ),
    KindPage(
        "bodies", "kurumlar", _("Other bodies"), _("New body"),
        _(
            "Institutions that a matter may belong to. A telephone number is shown to citizens once somebody has "
            "checked it."
        ),
        (_("What it is responsible for"), _("Telephone"), _("Number checked on")), _body_fields, _body_row,
        lambda: Body("", "", ""),
        lambda city, one: (one.name, one.name_en, one.subjects, one.phone, one.code, *one.keywords),
    ),
    KindPage(
        "neighbourhoods", "mahalleler", _("Neighbourhoods"), _("New neighbourhood"),
        _("Under which names a place is found in what people write and say."),
        (_("Other spellings and semts"), _("Region")), _neighbourhood_fields,
        lambda page, city, one: (", ".join(one.aliases), one.region or ""),
        lambda: Neighbourhood("", ""), lambda city, one: (one.name, one.code, one.region or "", *one.aliases),
    ),
)  # fmt: skip
BY_PATH = {kind.path: kind for kind in KIND_PAGES}
BY_KIND = {kind.kind: kind for kind in KIND_PAGES}

_MORE_FIELDS = {
    "ended_on": _("Ended on"),
    "valid_until": _("Exists until"),
    "successor": _("Successor"),
    "unchecked": _("To be confirmed"),
}
FIELD_WORDS: dict[str, dict[str, str]] = {}


def field_words(kind: str) -> dict[str, str]:
    """Return what the fields of a kind are called."""
    return FIELD_WORDS[kind]


def _say(kind: str) -> Callable[[Page, Site, str, Any], str | None]:
    def say(page: Page, site: Site, name: str, value: Any) -> str | None:
        city = site.city
        if not value and value is not False:
            return None
        if name in ("department", "parent", "successor"):
            return city.tree.name_of(value)
        if name == "solve_within":
            return page.times.span(timedelta(seconds=value))
        if name == "questions":
            known = {question.code: question.label for question in city.questions}
            return ", ".join(known.get(code, code) for code in value)
        if name in ("often_body", "category"):
            found = city.body(value) if name == "often_body" else city.category(value)
            return getattr(found, "name", None) or getattr(found, "label", None) or str(value)
        if name == "unchecked":
            return ", ".join(page.say(FIELD_WORDS[kind].get(one, one)) for one in value)
        tables = {
            "level": LEVELS, "regime": REGIMES, "method": METHODS, "outcome": OUTCOMES,
            "purpose": PURPOSES_OF_TEMPLATES, "kind": KINDS_OF_QUESTION,
        }  # fmt: skip
        return page.say(tables[name][value]) if name in tables and value in tables[name] else None

    return say


class _NoPage:
    """For reading the titles of fields before there is a request: nothing is translated."""

    @staticmethod
    def say(message: str, **values: object) -> str:
        return message


_DANGER_WORDS: dict[str, str] = {
    "title": _("Danger"),
    "advice": _("What to do at once"),
    "unchecked": _("To be confirmed"),
}


def _register() -> None:
    # Dangers come with the city's plugin and have no page; they are checked, and that stands in the log.
    FIELD_WORDS["dangers"] = _DANGER_WORDS
    AREAS["dangers"] = AreaWords(_("Dangers"), _DANGER_WORDS, _say("dangers"), lambda page, key: None)
    for one in KIND_PAGES:
        fields = one.fields(_NoPage(), City(), None)  # type: ignore[arg-type]
        FIELD_WORDS[one.kind] = {**{field.name: field.title for field in fields}, **_MORE_FIELDS}
        AREAS[one.kind] = AreaWords(
            one.title,
            FIELD_WORDS[one.kind],
            _say(one.kind),
            lambda page, key, path=one.path: page.url("staff.admin_edit", kind=path, code=key),  # type: ignore[misc]
        )


_register()
