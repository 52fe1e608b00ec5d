"""The one map of addresses. A ticket's address hangs on its number alone, so it lives as long as the ticket."""

from pyramid.config import Configurator

from ..i18n import LANGUAGES

__all__ = ["includeme"]

_NUMBER = "{number:[0-9]{4}-[0-9]{1,8}}"
_IDENTITY = "[0-9]{1,18}"
_NAME = "[a-z][a-z0-9_-]{0,63}"
_USERNAME = "{username:[A-Za-z0-9.-]{1,60}}"
_KIND = "{kind:mudurlukler|konular|sorular|es-anlamlilar|hazir-cevaplar|kurumlar|mahalleler}"
_PLUGIN = "{plugin:[A-Za-z0-9_.-]{1,60}}"
_CODE = "{code:[A-Za-z0-9_.-]{1,40}}"

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
    ("follow.reopen", f"/takip/{_NUMBER}/{{code}}/cozulmedi"),
    ("follow.contact", f"/takip/{_NUMBER}/{{code}}/iletisim"),
    ("follow.verify", f"/takip/{_NUMBER}/{{code}}/dogrulama"),
    ("follow.withdraw", f"/takip/{_NUMBER}/{{code}}/vazgec"),
    ("follow.panel", f"/takip/{_NUMBER}/{{code}}/eklenti/{{plugin:{_NAME}}}/{{panel:{_NAME}}}"),
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
    # Staff; what is opened most often stands first, because addresses are tried in this order
    ("staff.queue", "/panel"),
    ("staff.news", "/panel/yeni"),
    ("staff.ticket", f"/panel/basvurular/{_NUMBER}"),
    ("staff.watching", f"/panel/basvurular/{_NUMBER}/bakanlar"),
    ("staff.action", f"/panel/basvurular/{_NUMBER}/islem/{{action}}"),
    ("staff.panel", f"/panel/basvurular/{_NUMBER}/eklenti/{{plugin:{_NAME}}}/{{panel:{_NAME}}}"),
    ("staff.print", f"/panel/basvurular/{_NUMBER}/yazdir"),
    ("staff.share", f"/panel/basvurular/{_NUMBER}/paylas"),
    ("staff.unshare", f"/panel/basvurular/{_NUMBER}/paylasma"),
    ("staff.tag", f"/panel/basvurular/{_NUMBER}/etiket"),
    ("staff.untag", f"/panel/basvurular/{_NUMBER}/etiket/sil"),
    ("staff.trust", f"/panel/basvurular/{_NUMBER}/gercek"),
    ("staff.undo", f"/panel/basvurular/{_NUMBER}/geri-al"),
    ("staff.seen", f"/panel/basvurular/{_NUMBER}/okudum"),
    ("staff.letter", f"/panel/basvurular/{_NUMBER}/ust-yazi/{{referral:[0-9]{{1,3}}}}"),
    ("staff.contact", f"/panel/basvurular/{_NUMBER}/iletisim"),
    ("staff.attachment", f"/panel/basvurular/{_NUMBER}/ekler/{{attachment:{_IDENTITY}}}"),
    ("staff.resend", f"/panel/basvurular/{_NUMBER}/bildirimler/{{entry:{_IDENTITY}}}/tekrar"),
    ("staff.told", f"/panel/basvurular/{_NUMBER}/bildirimler/{{entry:{_IDENTITY}}}/soylendi"),
    ("staff.login", "/panel/giris"),
    ("staff.login_code", "/panel/giris/kod"),
    ("staff.login_password", "/panel/giris/yeni-parola"),
    ("staff.login_factor", "/panel/giris/ikinci-adim"),
    ("staff.me", "/panel/hesabim"),
    ("staff.me_password", "/panel/hesabim/parola"),
    ("staff.me_away", "/panel/hesabim/izin"),
    ("staff.me_session", "/panel/hesabim/oturum"),
    ("staff.me_factor", "/panel/hesabim/ikinci-adim"),
    ("staff.me_factor_off", "/panel/hesabim/ikinci-adim/kapat"),
    ("staff.me_codes", "/panel/hesabim/kurtarma-kodlari"),
    ("staff.density", "/panel/siklik"),
    ("staff.logout", "/panel/cikis"),
    ("staff.find", "/panel/ara"),
    ("staff.filters", "/panel/suzgec"),
    ("staff.export", "/panel/aktar"),
    ("staff.figures", "/panel/sayilar"),
    ("staff.figures_export", "/panel/sayilar/aktar"),
    ("staff.exports", "/panel/aktarimlar"),
    ("staff.exported", "/panel/aktarimlar/{export:[0-9a-f]{32}}"),
    ("staff.export_state", "/panel/aktarimlar/{export:[0-9a-f]{32}}/durum"),
    ("staff.export_file", "/panel/aktarimlar/{export:[0-9a-f]{32}}/dosya"),
    ("staff.export_forget", "/panel/aktarimlar/{export:[0-9a-f]{32}}/sil"),
    ("staff.columns", "/panel/sutunlar"),
    ("staff.bulk", "/panel/toplu"),
    ("staff.bulk_job", f"/panel/toplu/{{job:{_IDENTITY}}}"),
    ("staff.bulk_start", f"/panel/toplu/{{job:{_IDENTITY}}}/basla"),
    ("staff.bulk_cancel", f"/panel/toplu/{{job:{_IDENTITY}}}/vazgec"),
    ("staff.bulk_undo", f"/panel/toplu/{{job:{_IDENTITY}}}/geri-al"),
    ("staff.bulk_progress", f"/panel/toplu/{{job:{_IDENTITY}}}/durum"),
    ("staff.bulk_results", f"/panel/toplu/{{job:{_IDENTITY}}}/sonuc.csv"),
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
    ("staff.event_again", f"/panel/gidenler/eklenti/{{entry:{_IDENTITY}}}/tekrar"),
    ("staff.reads", "/panel/okumalar"),
    ("staff.mail", "/panel/posta"),
    ("staff.mail_message", "/panel/posta/{name}"),
    # The administration; its parts stand above the lists of the city's data
    ("staff.admin", "/panel/yonetim"),
    ("staff.admin_changes", "/panel/yonetim/degisiklikler"),
    ("staff.admin_undo", f"/panel/yonetim/degisiklikler/{{change:{_IDENTITY}}}/geri-al"),
    ("staff.admin_roles", "/panel/yonetim/roller"),
    ("staff.admin_unchecked", "/panel/yonetim/denetlenecekler"),
    ("staff.admin_try", "/panel/yonetim/deneme"),
    ("staff.admin_close", f"/panel/yonetim/mudurlukler/{_CODE}/kapat"),
    ("staff.admin_hand_over", f"/panel/yonetim/mudurlukler/{_CODE}/devret"),
    ("staff.plugins", "/panel/yonetim/eklentiler"),
    ("staff.plugin", f"/panel/yonetim/eklentiler/{_PLUGIN}"),
    ("staff.plugin_try", f"/panel/yonetim/eklentiler/{_PLUGIN}/dene"),
    ("staff.plugin_lift", f"/panel/yonetim/eklentiler/{_PLUGIN}/karantina"),
    ("staff.people", "/panel/yonetim/kisiler"),
    ("staff.people_new", "/panel/yonetim/kisiler/yeni"),
    ("staff.people_import", "/panel/yonetim/kisiler/dosyadan"),
    ("staff.people_import_do", "/panel/yonetim/kisiler/dosyadan/uygula"),
    ("staff.people_example", "/panel/yonetim/kisiler/ornek.csv"),
    ("staff.people_sheet", "/panel/yonetim/kisiler/parolalar.csv"),
    ("staff.person", f"/panel/yonetim/kisiler/kisi/{_USERNAME}"),
    ("staff.person_away", f"/panel/yonetim/kisiler/kisi/{_USERNAME}/izin"),
    ("staff.person_do", f"/panel/yonetim/kisiler/kisi/{_USERNAME}/{{deed:kapat|ac|parola|ikinci-adim|oturumlar}}"),
    ("staff.admin_list", f"/panel/yonetim/{_KIND}"),
    ("staff.admin_new", f"/panel/yonetim/{_KIND}/yeni"),
    ("staff.admin_edit", f"/panel/yonetim/{_KIND}/{_CODE}"),
    ("staff.admin_end", f"/panel/yonetim/{_KIND}/{_CODE}/son"),
)


def includeme(config: Configurator) -> None:
    """Register every route."""
    for name, pattern in ROUTES:
        factory = "staff_context" if name.startswith("staff.") else "citizen_context"
        config.add_route(name, pattern, factory=f"halkla_iliskiler.web.contexts.{factory}")
