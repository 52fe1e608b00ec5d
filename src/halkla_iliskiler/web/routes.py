"""The one map of addresses. A ticket's address hangs on its number alone, so it lives as long as the ticket."""

from pyramid.config import Configurator

__all__ = ["includeme"]

_NUMBER = r"{number:\d{4}-\d{1,8}}"

ROUTES = (
    # Citizens
    ("home", "/"),
    ("apply", "/basvuru"),
    ("proposals", "/basvuru/konular"),
    ("follow_form", "/takip"),
    ("receipt", f"/takip/{_NUMBER}/{{code}}/alindi"),
    ("follow", f"/takip/{_NUMBER}/{{code}}"),
    ("privacy", "/aydinlatma"),
    ("language", "/dil/{language:tr|en}"),
    # The city's look
    ("emblem", "/marka/amblem.svg"),
    ("theme", "/marka/tema.css"),
    # Machines
    ("health", "/healthz"),
    ("robots", "/robots.txt"),
    # Staff
    ("staff.login", "/panel/giris"),
    ("staff.logout", "/panel/cikis"),
    ("staff.queue", "/panel"),
    ("staff.outbox", "/panel/gidenler"),
    ("staff.mail", "/panel/posta"),
    ("staff.mail_message", "/panel/posta/{name}"),
    ("staff.ticket", f"/panel/basvurular/{_NUMBER}"),
    ("staff.action", f"/panel/basvurular/{_NUMBER}/islem/{{action}}"),
    ("staff.contact", f"/panel/basvurular/{_NUMBER}/iletisim"),
    ("staff.attachment", rf"/panel/basvurular/{_NUMBER}/ekler/{{attachment:\d+}}"),
    ("staff.resend", rf"/panel/basvurular/{_NUMBER}/bildirimler/{{entry:\d+}}/tekrar"),
    ("staff.told", rf"/panel/basvurular/{_NUMBER}/bildirimler/{{entry:\d+}}/soylendi"),
)


def includeme(config: Configurator) -> None:
    """Register every route and the static files."""
    for name, pattern in ROUTES:
        factory = "staff_context" if name.startswith("staff.") else "citizen_context"
        config.add_route(name, pattern, factory=f"halkla_iliskiler.web.contexts.{factory}")
    config.add_static_view("static", "halkla_iliskiler.web:static", cache_max_age=365 * 24 * 3600)
