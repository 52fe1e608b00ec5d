"""Who is asking, and the one rule asked on their behalf. The rule itself is in the domain; services enforce it."""

import hashlib
import hmac
import secrets
from typing import Any

from pyramid.config import Configurator
from pyramid.csrf import SessionCSRFStoragePolicy, get_csrf_token
from pyramid.request import Request, RequestLocalCache
from pyramid.security import Allowed, Denied
from pyramid.session import SignedCookieSessionFactory

from ..domain.access import ANONYMOUS, Actor, allows
from ..domain.account import IDLE_SESSION_LIFE
from ..domain.workflow import Permission
from ..services import Assembly, Services

__all__ = ["STAFF", "derived_key", "forget", "includeme", "masked_csrf_token", "remember", "session_id_of"]

STAFF = "staff"
"""The permission every view needs unless it names another: being signed in."""

_SESSION_ID = "sid"
_SEEN = "seen"
_SEEN_EVERY = 60
_UNATTENDED = frozenset({"staff.news", "staff.watching"})


class SecurityPolicy:
    """Pyramid's questions, answered from the session and the domain's rule."""

    def __init__(self) -> None:
        # Asked a dozen times a request; the answer is the same until the request ends.
        self._known = RequestLocalCache(_actor_of_session)

    def identity(self, request: Request) -> Actor | None:
        """Return the member of staff who is signed in, or ``None``."""
        return self._known.get_or_create(request)

    def authenticated_userid(self, request: Request) -> str | None:
        """Return their user name."""
        actor = request.identity
        return actor.id if actor else None

    def permits(self, request: Request, context: object, permission: str) -> Any:
        """Tell whether a view may be entered at all; what it may do with a ticket the service decides."""
        actor = request.identity
        if actor is None:
            return Denied("nobody is signed in")
        if permission == STAFF or allows(actor, Permission(permission)):
            return Allowed("a role grants it")
        return Denied("no role grants it")

    def remember(self, request: Request, userid: str, **kw: object) -> list[tuple[str, str]]:
        """Nothing: :func:`remember` writes the session."""
        return []

    def forget(self, request: Request, **kw: object) -> list[tuple[str, str]]:
        """Nothing: :func:`forget` ends the session."""
        return []


def _actor_of_session(request: Request) -> Actor | None:
    session_id = request.session.get(_SESSION_ID)
    if not session_id:
        return None
    now = int(request.assembly.now().timestamp())
    seen = request.session.get(_SEEN, 0)
    if now - seen > IDLE_SESSION_LIFE.total_seconds():
        return None
    actor: Actor | None = request.assembly.services(ANONYMOUS).accounts.actor_of(session_id)
    if actor is not None and now - seen > _SEEN_EVERY and not _is_unattended(request):
        request.session[_SEEN] = now
    return actor


def _is_unattended(request: Request) -> bool:
    """Tell whether a page asks by itself: that nobody is there must not keep them signed in."""
    route = request.matched_route
    return route is not None and route.name in _UNATTENDED


def remember(request: Request, session_id: str) -> None:
    """Begin a signed-in session: everything of the one before is thrown away (no fixation)."""
    request.session.invalidate()
    request.session[_SESSION_ID] = session_id
    request.session[_SEEN] = int(request.assembly.now().timestamp())
    # The first page would make it, and with it a second cookie.
    request.session.new_csrf_token()


def session_id_of(request: Request) -> str:
    """Return the id of the session in the cookie, or of a log-in that still waits for a step; empty: none."""
    return str(request.session.get(_SESSION_ID) or "")


def forget(request: Request) -> None:
    """End the session in the cookie and in the database."""
    session_id = request.session.get(_SESSION_ID)
    if session_id:
        request.assembly.services(ANONYMOUS).accounts.log_out(session_id)
    request.session.invalidate()


class MaskedTokens(SessionCSRFStoragePolicy):
    """CSRF tokens that look different in every answer, so that a compressed page's length tells nothing of them."""

    def check_csrf_token(self, request: Request, supplied_token: str) -> bool:
        """Tell whether the token, without its mask, is the session's."""
        return bool(super().check_csrf_token(request, _unmasked(supplied_token)))


def masked_csrf_token(request: Request) -> str:
    """Return the session's token behind a random mask that is sent along."""
    token = str(get_csrf_token(request)).encode()
    mask = secrets.token_bytes(len(token))
    return mask.hex() + _mixed(token, mask).hex()


def _unmasked(sent: str) -> str:
    """Return what a masked token stands for; what cannot be one stands for nothing."""
    try:
        raw = bytes.fromhex(sent)
        return _mixed(raw[: len(raw) // 2], raw[len(raw) // 2 :]).decode("ascii")
    except ValueError:
        return ""


def _mixed(one: bytes, other: bytes) -> bytes:
    if len(one) != len(other):
        raise ValueError("the mask is not as long as the token")
    return (int.from_bytes(one) ^ int.from_bytes(other)).to_bytes(len(one))


def derived_key(assembly: Assembly, purpose: str) -> str:
    """Return a key for one purpose only, from the site's secret."""
    return hmac.new(assembly.secret, purpose.encode(), hashlib.sha256).hexdigest()


def _services(request: Request) -> Services:
    return request.assembly.services(request.identity or ANONYMOUS)


def includeme(config: Configurator) -> None:
    """Default deny, CSRF on every unsafe verb, sessions in a signed cookie that holds no data of anybody."""
    assembly: Assembly = config.registry.assembly
    secure = assembly.options.secure_cookies
    config.set_session_factory(
        SignedCookieSessionFactory(
            derived_key(assembly, "cookie"),
            cookie_name="__Host-halkla" if secure else "halkla",
            secure=secure,
            httponly=True,
            samesite="Lax",
            timeout=12 * 3600,
            reissue_time=600,
            set_on_exception=True,
        )
    )
    config.set_security_policy(SecurityPolicy())
    config.set_default_permission(STAFF)
    # Not only the token: a request from another origin is refused even if it should know it.
    config.set_csrf_storage_policy(MaskedTokens())
    config.set_default_csrf_options(require_csrf=True, check_origin=True)
    config.add_request_method(lambda request: assembly, "assembly", reify=True)
    config.add_request_method(_services, "services", reify=True)
