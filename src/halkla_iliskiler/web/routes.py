"""The one map of addresses. A ticket's address hangs on its number alone, so it lives as long as the ticket."""

from pyramid.config import Configurator

from ..i18n import LANGUAGES

__all__ = ["includeme"]

_NUMBER = "{number:[0-9]{4}-[0-9]{1,8}}"
_IDENTITY = "[0-9]{1,18}"

ROUTES = (
    # Citizens
    ("home", "/"),
    ("apply", "/basvuru"),
    ("proposals", "/basvuru/konular"),
    ("questions", "/basvuru/sorular"),
    ("same_thing", "/basvuru/benzer"),
    ("follow_form", "/takip"),
    ("receipt", f"/takip/{_NUMBER}/{{code}}/alindi"),
    ("follow.consent", f"/takip/{_NUMBER}/{{code}}/izin"),
    ("receipt.same", f"/takip/{_NUMBER}/{{code}}/ayni"),
    ("receipt.qr", f"/takip/{_NUMBER}/{{code}}/qr.svg"),
    ("follow.photo", f"/takip/{_NUMBER}/{{code}}/foto/{{photo:{_IDENTITY}}}"),
    ("follow.message", f"/takip/{_NUMBER}/{{code}}/mesaj"),
    ("follow.rate", f"/takip/{_NUMBER}/{{code}}/memnuniyet"),
    ("follow.reopen", f"/takip/{_NUMBER}/{{code}}/cozulmedi"),
    ("follow.contact", f"/takip/{_NUMBER}/{{code}}/iletisim"),
    ("follow.verify", f"/takip/{_NUMBER}/{{code}}/dogrulama"),
    ("follow.withdraw", f"/takip/{_NUMBER}/{{code}}/vazgec"),
    ("follow", f"/takip/{_NUMBER}/{{code}}"),
    ("mine", "/basvurularim"),
    ("mine.code", "/basvurularim/kod"),
    ("mine.leave", "/basvurularim/cikis"),
    ("services", "/hizmetler"),
    ("service", "/hizmetler/{code}"),
    ("service_sticker", "/hizmetler/{code}/kare.svg"),
    ("privacy", "/aydinlatma"),
    ("language", f"/dil/{{language:{'|'.join(LANGUAGES)}}}"),
    # The city's look
    ("emblem", "/marka/amblem.svg"),
    ("theme", "/marka/tema.css"),
    # Machines
    ("health", "/healthz"),
    ("robots", "/robots.txt"),
    ("static", "/static/*subpath"),
    # Staff
    ("staff.login", "/panel/giris"),
    ("staff.logout", "/panel/cikis"),
    ("staff.queue", "/panel"),
    ("staff.outbox", "/panel/gidenler"),
    ("staff.mail", "/panel/posta"),
    ("staff.mail_message", "/panel/posta/{name}"),
    ("staff.ticket", f"/panel/basvurular/{_NUMBER}"),
    ("staff.action", f"/panel/basvurular/{_NUMBER}/islem/{{action}}"),
    ("staff.trust", f"/panel/basvurular/{_NUMBER}/gercek"),
    ("staff.contact", f"/panel/basvurular/{_NUMBER}/iletisim"),
    ("staff.attachment", f"/panel/basvurular/{_NUMBER}/ekler/{{attachment:{_IDENTITY}}}"),
    ("staff.resend", f"/panel/basvurular/{_NUMBER}/bildirimler/{{entry:{_IDENTITY}}}/tekrar"),
    ("staff.told", f"/panel/basvurular/{_NUMBER}/bildirimler/{{entry:{_IDENTITY}}}/soylendi"),
)


def includeme(config: Configurator) -> None:
    """Register every route."""
    for name, pattern in ROUTES:
        factory = "staff_context" if name.startswith("staff.") else "citizen_context"
        config.add_route(name, pattern, factory=f"halkla_iliskiler.web.contexts.{factory}")
