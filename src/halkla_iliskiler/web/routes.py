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
    ("staff.density", "/panel/siklik"),
    ("staff.logout", "/panel/cikis"),
    ("staff.queue", "/panel"),
    ("staff.news", "/panel/yeni"),
    ("staff.find", "/panel/ara"),
    ("staff.filters", "/panel/suzgec"),
    ("staff.export", "/panel/aktar"),
    ("staff.columns", "/panel/sutunlar"),
    ("staff.saved_lists", "/panel/listelerim"),
    ("staff.saved_list", f"/panel/listelerim/{{saved:{_IDENTITY}}}"),
    ("staff.saved_list_forget", f"/panel/listelerim/{{saved:{_IDENTITY}}}/sil"),
    ("staff.calls", "/panel/aranacaklar"),
    ("staff.call", f"/panel/aranacaklar/{{entry:{_IDENTITY}}}"),
    ("staff.call_take", f"/panel/aranacaklar/{{entry:{_IDENTITY}}}/al"),
    ("staff.record", "/panel/kayit"),
    ("staff.record_caller", "/panel/kayit/arayan"),
    ("staff.record_help", "/panel/kayit/yardim"),
    ("staff.record_addition", "/panel/kayit/ek"),
    ("staff.record_contact", "/panel/kayit/temas"),
    ("staff.recorded", f"/panel/kayit/alindi/{_NUMBER}"),
    ("staff.contacts", "/panel/temaslar"),
    ("staff.outbox", "/panel/gidenler"),
    ("staff.reads", "/panel/okumalar"),
    ("staff.mail", "/panel/posta"),
    ("staff.mail_message", "/panel/posta/{name}"),
    ("staff.ticket", f"/panel/basvurular/{_NUMBER}"),
    ("staff.watching", f"/panel/basvurular/{_NUMBER}/bakanlar"),
    ("staff.action", f"/panel/basvurular/{_NUMBER}/islem/{{action}}"),
    ("staff.print", f"/panel/basvurular/{_NUMBER}/yazdir"),
    ("staff.share", f"/panel/basvurular/{_NUMBER}/paylas"),
    ("staff.unshare", f"/panel/basvurular/{_NUMBER}/paylasma"),
    ("staff.trust", f"/panel/basvurular/{_NUMBER}/gercek"),
    ("staff.undo", f"/panel/basvurular/{_NUMBER}/geri-al"),
    ("staff.seen", f"/panel/basvurular/{_NUMBER}/okudum"),
    ("staff.letter", f"/panel/basvurular/{_NUMBER}/ust-yazi/{{referral:[0-9]{{1,3}}}}"),
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
