"""The form of an entry by staff: what is read out of a request, and the fields as the template draws them."""

import hashlib
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from pyramid.request import Request

from ...domain.applicant import NOBODY, ApplicantKind, ContactDetails
from ...domain.channel_fields import MAX_FIELD
from ...domain.city import Body, Category
from ...domain.contact_log import ContactOutcome
from ...domain.errors import InvalidInput
from ...domain.feedback import Channel, ChannelField
from ...domain.regimes import LAWS
from ...domain.ticket import Location, id_from_address
from ...domain.workflow import Regime
from ...i18n import LANGUAGES, _
from ...services.intake import MAX_ADDRESS, MAX_PLACE, MAX_STREET, MAX_WORDS, Draft
from ...services.numbers import tidy_email, tidy_phone
from ...services.uploads import Upload
from ...storage import City, Site
from ..citizen.person import representation_of
from ..citizen.place import location_of
from ..citizen.subjects import body_code, given_answers, subject_value
from ..labels import APPLICANT_KINDS, CHANNEL_LAWS, CONTACT_OUTCOMES, KINDS, PROBLEMS, REGIMES
from ..page import Page
from ..values import Values

__all__ = ["FIRST_CHANNEL", "Typed", "are_papers", "category_of", "draft_of", "form_values", "typed", "warn_of_place"]

FIRST_CHANNEL = "telephone"
_FIELD = "f-"
_PAPERS = "papers-"
_DOCUMENT, _PHOTO = "document", "photo"
_FIELDS = (
    "channel", "phone", "words", "category", "kind", "neighbourhood_typed", "street", "place", "name", "email",
    "address", "preferred_method", "language", "applicant_kind", "organisation", "on_behalf_of", "language_note",
    "regime", "national_id", "related_to", "form_key", "anonymous", "latitude", "longitude",
)  # fmt: skip
_MOST = 6000


@dataclass
class Typed:
    """What stands in the form: texts by name, the channel's own fields, the answers, and what is wrong with any.

    ``papers`` says by channel whether the files are documents or photos.
    """

    texts: dict[str, str]
    fields: dict[str, str] = field(default_factory=dict)
    answers: dict[str, tuple[str, ...]] = field(default_factory=dict)
    errors: dict[str, str] = field(default_factory=dict)
    papers: dict[str, str] = field(default_factory=dict)
    warned_of: str = ""
    """The neighbourhood that there is not, of which this form has warned already."""
    near: tuple[str, ...] = ()

    def __getitem__(self, name: str) -> str:
        return self.texts.get(name, "")

    def refuse(self, problem: InvalidInput) -> None:
        """Put a refusal at its field."""
        self.errors[_PLACE_OF.get(problem.field, problem.field)] = PROBLEMS[problem.problem]


_PLACE_OF = {"contact": "phone", "text": "words", "neighbourhood": "neighbourhood_typed"}


def typed(request: Request) -> Typed:
    """Take the form out of a request; what is no text of ours is passed over."""
    given = {name: value[:_MOST] for name, value in request.POST.items() if isinstance(value, str)}
    texts = {name: given.get(name, "").replace("\x00", "") for name in _FIELDS}
    texts["category"] = texts["category"] or given.get("category_listed", "")
    texts["channel"] = texts["channel"] or FIRST_CHANNEL
    own = f"{_FIELD}{texts['channel']}-"
    fields = {name.removeprefix(own): value for name, value in given.items() if name.startswith(own)}
    papers = {name.removeprefix(_PAPERS): value for name, value in given.items() if name.startswith(_PAPERS)}
    texts["neighbourhood_typed"] = given.get("neighbourhood_near", "") or texts["neighbourhood_typed"]
    warned_of = given.get("neighbourhood_warned", "").strip()
    return Typed(texts, fields, given_answers(request.POST), papers=papers, warned_of=warned_of)


def warn_of_place(entry: Typed, city: City) -> bool:
    """Say at its field that there is no such neighbourhood; once for each name: sent again, it is how to get there."""
    name = entry["neighbourhood_typed"].strip()
    territory = city.territory
    if not name or name == entry.warned_of or not territory.in_order() or territory.find(name):
        return False
    entry.warned_of, entry.near = name, tuple(place.name for place in territory.like(name))
    entry.errors["neighbourhood_typed"] = _(
        "There is no such neighbourhood. Correct the name, or keep it as directions: sent again, it is taken as it is."
    )
    return True


def category_of(city: City, choice: str) -> Category | Body | None:
    """Return what was chosen: staff may choose what the citizen's form does not offer."""
    return city.body(body_code(choice)) if body_code(choice) else city.category(choice)


def phone_of(request: Request, entry: Typed) -> str:
    """Return the telephone that was typed, as it is kept (raises :class:`InvalidInput`)."""
    return tidy_phone(entry["phone"], demo=request.assembly.options.demo)


def details_of(request: Request, entry: Typed) -> ContactDetails:
    """Return how to reach the person; nothing of it when they do not want to be known.

    Every field is looked at before anything is refused.

    Raises:
        InvalidInput: one of them cannot be right.
    """
    if entry["anonymous"]:
        return NOBODY
    found, refused = {"phone": "", "email": ""}, None
    readers: dict[str, Callable[[], str]] = {
        "phone": lambda: phone_of(request, entry),
        "email": lambda: tidy_email(entry["email"]),
    }
    for name, read in readers.items():
        try:
            found[name] = read()
        except InvalidInput as problem:
            entry.refuse(problem)
            refused = refused or problem
    if refused is not None:
        raise refused
    return ContactDetails(" ".join(entry["name"].split())[:120], address=entry["address"].strip(), **found)


def are_papers(request: Request, entry: Typed) -> bool:
    """Tell whether the files are papers about a person and no photos of a matter: as was said, or as the channel is."""
    channel = request.assembly.extensions.channels.get(entry["channel"])
    return channel is None or _papers(channel, entry) == _DOCUMENT


def _papers(channel: Channel, entry: Typed) -> str:
    said = entry.papers.get(channel.code, "")
    return said if said in (_DOCUMENT, _PHOTO) else _DOCUMENT if channel.on_paper else _PHOTO


def location(entry: Typed, city: City) -> Location:
    """Return the place that was told."""
    return location_of(entry.texts, city.territory)


def draft_of(
    request: Request, site: Site, entry: Typed, uploads: tuple[Upload, ...] = (), kept: tuple[str, ...] = ()
) -> Draft:
    """Make a draft of what was typed (raises :class:`InvalidInput`)."""
    choice = entry["category"]
    body = body_code(choice)
    related = id_from_address(entry["related_to"])
    if related is not None and not request.services.lists.visible(related):
        related = None
    if entry["applicant_kind"] == ApplicantKind.LEGAL_PERSON and not entry["organisation"].strip():
        raise InvalidInput("organisation", "title_needed")
    return Draft(
        words=entry["words"],
        kind=entry["kind"] or "SERVICE_REQUEST",
        channel=entry["channel"],
        intake_key=intake_key(request, entry),
        category=None if body else choice or None,
        location=location(entry, site.city),
        details=details_of(request, entry),
        uploads=uploads,
        kept=kept,
        language=entry["language"] if entry["language"] in LANGUAGES else "tr",
        recorded_by_staff=True,
        representation=representation_of(entry.texts | {"applicant_kind": entry["applicant_kind"] or "PERSON"}),
        preferred_method=entry["preferred_method"],
        related_to=related,
        suggested_body=body or None,
        answers=tuple(entry.answers.items()),
        fields=tuple(entry.fields.items()),
        regime=entry["regime"],
        national_id=entry["national_id"],
        documents=are_papers(request, entry),
    )


def intake_key(request: Request, entry: Typed) -> str:
    """Return what this sending is known by: the same form with the same content is the same entry."""
    said = [request.identity.id, *(f"{name}={entry[name]}" for name in _FIELDS), *map(str, entry.fields.items())]
    return f"staff:{hashlib.sha256(chr(0).join(said).encode('utf-8', 'replace')).hexdigest()[:40]}"


# -- drawing ------------------------------------------------------------------------------------------------------


def form_values(request: Request, city: City, entry: Typed) -> dict[str, Any]:
    """Return everything the template needs to draw the form with what was typed."""
    page: Page = request.page
    draw = _Drawing(page, entry)
    methods = request.assembly.extensions.feedback_methods
    channels = {code: one for code, one in request.assembly.extensions.channels.items() if one.by_staff}
    near = [(name, page.say(_("Record with ${name}"), name=name)) for name in entry.near]
    is_unknown = bool(entry.warned_of) and entry.warned_of == entry["neighbourhood_typed"].strip()
    return {
        "form_key": entry["form_key"] or secrets.token_urlsafe(18),
        "channels": [
            Values(code=code, label=page.say(one.label), chosen=code == entry["channel"])
            for code, one in channels.items()
        ],
        # One for each way in: each has its own default, also where no script follows the choice of the channel.
        "paper_parts": [
            Values(code=code, chosen=code == entry["channel"], field=draw.papers(one, entry))
            for code, one in channels.items()
        ],
        "channel_parts": [_channel_part(draw, one, entry) for one in channels.values() if one.fields or one.regime],
        "phone": draw.text("phone", _("Telephone number"), 40, kind="tel", extra={"autofocus": "autofocus"}),
        "words": draw.text("words", _("What is said"), MAX_WORDS, kind="area"),
        "name_field": draw.text("name", _("Name and surname"), 120),
        "anonymous": bool(entry["anonymous"]),
        "category": Values(
            chosen=entry["category"], groups=_groups(page, city), error=entry.errors.get("category", "")
        ),
        "kind": draw.select("kind", _("What kind is it?"), [(code, page.say(said)) for code, said in KINDS.items()]),
        "place_fields": [
            draw.text("neighbourhood_typed", _("Neighbourhood"), 80, options="r-places"),
            draw.text("street", _("Street and number"), MAX_STREET),
            draw.text("place", _("How to find it"), MAX_PLACE),
        ],
        "unknown_place": Values(name=entry.warned_of, near=near) if is_unknown else None,
        "place_names": [name for one in city.territory.in_order() for name in (one.name, *one.aliases)],
        "person_fields": [
            draw.text("email", _("E-mail"), 254, kind="email"),
            draw.text("address", _("Address for letters"), MAX_ADDRESS),
            draw.select(
                "preferred_method",
                _("To be told by"),
                [("", page.say(_("The way that reaches them first")))]
                + [(code, page.say(method.label)) for code, method in methods.items()],
            ),
        ],
        "proxy_fields": [
            draw.select(
                "applicant_kind", _("Who applies?"), [(code, page.say(said)) for code, said in APPLICANT_KINDS.items()]
            ),
            draw.text("organisation", _("Title of the company or institution"), 200),
            draw.text("on_behalf_of", _("Whom is it about, when not the caller?"), 120),
            draw.select("language", _("Messages to them in"), list(LANGUAGES.items())),
            draw.text("language_note", _("Language they would rather speak"), 60),
        ],
        "proxy_open": any(entry[name] not in ("", "PERSON", "tr") for name in _PROXY),
        "regime": draw.select(
            "regime",
            _("Legal basis"),
            [("", page.say(_("As the subject and the channel say")))]
            + [(code, page.say(said)) for code, said in REGIMES.items() if code != Regime.SERVICE],
        ),
        "national_id": draw.private(
            "national_id",
            _("Identity number (T.C. kimlik no)"),
            _("Only for information (4982) and personal data (6698) requests; otherwise it is not kept."),
        ),
        "outcomes": [
            Values(code=code.value, label=page.say(CONTACT_OUTCOMES[code]), chosen=False) for code in ContactOutcome
        ],
        "errors": [
            Values(href=f"#r-{name}", text=page.say(message), label=draw.titles.get(name, ""))
            for name, message in entry.errors.items()
        ],
    }


_PROXY = ("applicant_kind", "organisation", "on_behalf_of", "language", "language_note")


class _Drawing:
    """Makes fields for ``record_field.pt``, each with its value and what is wrong with it."""

    def __init__(self, page: Page, entry: Typed) -> None:
        self.say = page.say
        self._entry = entry
        self.titles: dict[str, str] = {}

    def text(
        self, name: str, label: str, most: int, *, kind: str = "text", options: str = "", extra: Mapping[str, str] = {}
    ) -> Values:
        return self._field(name, label, kind, most=most, options=options, extra=dict(extra))

    def select(self, name: str, label: str, choices: list[tuple[str, str]]) -> Values:
        return self._field(name, label, "select", choices=choices)

    def private(self, name: str, label: str, hint: str) -> Values:
        """Make a field that the draft in the browser does not keep."""
        drawn = self._field(name, label, "text", most=20, extra={"inputmode": "numeric", "data-private": "yes"})
        drawn.hint = self.say(hint)
        return drawn

    def papers(self, channel: Channel, entry: Typed) -> Values:
        """Make the choice between papers and photos."""
        choices = [
            (_DOCUMENT, self.say(_("A document (petition, letter)"))),
            (_PHOTO, self.say(_("Photos of the matter"))),
        ]
        drawn = self._field(
            f"{_PAPERS}{channel.code}", _("The files are"), "select", choices=choices, value=_papers(channel, entry)
        )
        drawn.hint = self.say(_("A document is opened only by those who may know the applicant."))
        return drawn

    def own(self, channel: str, own: ChannelField, value: str) -> Values:
        """Make a field of a channel."""
        say = self.say
        choices = [("", say(_("not said"))), *((code, say(label)) for code, label in own.options)]
        drawn = self._field(
            own.code,
            own.label,
            "select" if own.kind == "choice" else {"link": "url"}.get(own.kind, own.kind),
            most=MAX_FIELD,
            choices=choices,
            value=value,
        )
        drawn.name, drawn.id = f"{_FIELD}{channel}-{own.code}", f"r-{channel}-{own.code}"
        drawn.hint = say(own.help) if own.help else ""
        return drawn

    def _field(self, name: str, label: str, kind: str, **kw: Any) -> Values:
        self.titles[name] = self.say(label)
        error = self._entry.errors.get(name)
        values: dict[str, Any] = {"choices": [], "most": None, "options": "", "extra": {}, "hint": ""}
        values |= {"value": self._entry[name]} | kw
        return Values(
            name=name, id=f"r-{name}", label=self.titles[name], kind=kind,
            error=self.say(error) if error else "", **values,
        )  # fmt: skip


def _channel_part(draw: _Drawing, channel: Channel, entry: Typed) -> Values:
    is_chosen = channel.code == entry["channel"]
    fields = [
        draw.own(channel.code, own, entry.fields.get(own.code, "") if is_chosen else "") for own in channel.fields
    ]
    if not is_chosen:
        for one in fields:
            one.error = ""
    law = CHANNEL_LAWS.get(channel.regime, "") if not {"name", "address"} <= set(channel.vouches_for) else ""
    number, article = LAWS.get(channel.regime, ("", ""))
    say = draw.say
    return Values(
        code=channel.code,
        label=say(channel.label),
        fields=fields,
        chosen=is_chosen,
        law=say(law, law=number, article=article) if law else "",
    )


def _groups(page: Page, city: City) -> list[tuple[str, list[tuple[str, str]]]]:
    """Return the whole catalogue in its groups, also what only staff may choose, and the other bodies behind it."""
    groups: dict[str, list[tuple[str, str]]] = {}
    for one in city.offered:
        groups.setdefault(one.group, []).append((one.code, one.label_for(page.language)))
    bodies = [(subject_value(body), body.name_for(page.language)) for body in city.offered_bodies]
    return [*groups.items(), *([(page.say(_("Other institutions")), bodies)] if bodies else [])]
