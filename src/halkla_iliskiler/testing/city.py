"""A small invented city, with a way of telling people that remembers what it was given."""

from collections.abc import Mapping
from datetime import date, timedelta

from ..api import (
    Body,
    Brand,
    Category,
    ContactDetails,
    Danger,
    Delivery,
    Department,
    FeedbackMethod,
    Neighbourhood,
    Notification,
    Question,
    ReplyTemplate,
    Synonym,
    hookimpl,
)

__all__ = ["TestMethod"]


@hookimpl
def halkla_choose_brand() -> Brand:
    """Give a brand that is nobody's."""
    return Brand(
        name="Deneme İletişim Merkezi",
        municipality="Deneme Belediyesi",
        slogan="Önce dinleriz.",
        slogan_en="First we listen.",
        number_pattern="{year}/{sequence:05d}",
        tokens=(("brand", "#1f5673"), ("brand-ink", "#ffffff")),
        emblem_svg='<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 8 8"><circle cx="4" cy="4" r="3"/></svg>',
        privacy_version="deneme-3",
        privacy_summary="Verdiğiniz bilgiler yalnızca başvurunuz için kullanılır.",
        privacy_summary_en="What you tell us is used for your application only.",
        privacy_text="Deneme aydınlatma metni.",
        privacy_text_en="A privacy notice for tests.",
    )


@hookimpl
def halkla_departments() -> list[Department]:
    """Give four directorates."""
    return [
        Department("parks", "Park ve Bahçeler Müdürlüğü", name_en="Parks and Gardens"),
        Department("cleaning", "Temizlik İşleri Müdürlüğü"),
        Department("roads", "Fen İşleri Müdürlüğü"),
        Department("family", "Sosyal Destek Müdürlüğü"),
    ]


@hookimpl
def halkla_categories() -> list[Category]:
    """Give one category of each sort there is a rule about."""
    return [
        Category(
            "tree", "Ağaç budama", "parks", timedelta(days=10), "Parklar", "Tree pruning",
            keywords=("ağaç", "dal", "budama"), questions=("wire",), documents=("Tapu",), documents_en=("Title deed",),
            about="Sokak ağaçları budanır.", about_en="Street trees are pruned.",
        ),
        Category("bench", "Kırık bank", "parks", timedelta(days=5), "Parklar", keywords=("bank", "oturak")),
        Category(
            "rubbish", "Çöp alınmadı", "cleaning", timedelta(days=1), "Temizlik", "Rubbish not collected",
            keywords=("çöp", "konteyner", "koku"),
        ),
        Category(
            "pothole", "Yolda çukur", "roads", timedelta(days=7), "Yollar", "Pothole",
            keywords=("çukur", "yol", "asfalt"), needs_check=True,
        ),
        Category(
            "leak", "Su kaçağı", "roads", timedelta(days=2), "Yollar", keywords=("su kaçağı", "patlak boru"),
            urgent=True, often_body="water",
        ),
        Category(
            "hardship", "Sosyal yardım isteği", "family", timedelta(days=15), "Destek", "Asking for support",
            keywords=("yardım", "erzak"), sensitive=True,
        ),
        Category(
            "home_visit", "Evde bakım", "family", timedelta(days=3), "Destek", keywords=("evde bakım", "hasta"),
            needs_contact=True,
        ),
        Category("inspection", "İç denetim bulgusu", "cleaning", timedelta(days=30), "Temizlik", is_public=False),
        Category(
            "wreck", "Hurda araç", "cleaning", timedelta(days=15), "Temizlik", "Scrap vehicle",
            keywords=("hurda", "terk araç"), questions=("plate", "missing", "since", "wheels"),
        ),
        Category(
            "furniture", "Eski eşya alınması", "cleaning", timedelta(days=3), "Temizlik", "Old furniture",
            keywords=("koltuk", "eski eşya"), questions=("heavy", "floor", "carriers", "picture"),
        ),
        Category(
            "information", "Bilgi edinme", "roads", timedelta(days=15), "Yollar", "Right to information",
            keywords=("4982", "bilgi edinme"), regime="INFORMATION_4982",
        ),
        Category("petition", "Dilekçe", "roads", timedelta(days=30), "Yollar", regime="PETITION_3071"),
    ]  # fmt: skip


@hookimpl
def halkla_neighbourhoods() -> list[Neighbourhood]:
    """Give three neighbourhoods whose names try the Turkish letters."""
    return [
        Neighbourhood("isikli", "Işıklı", ("Isikli Mahallesi", "Eski Bağlar")),
        Neighbourhood("cayirbasi", "Çayırbaşı", ("Çayırbaşı Sitesi", "EVLER-3")),
        Neighbourhood("incirtepe", "İncirtepe", ("Tepe",), is_rural=True),
    ]


@hookimpl
def halkla_bodies() -> list[Body]:
    """Give two other institutions, one of which is followed up."""
    return [
        Body(
            "water", "Deneme Su İdaresi", "su ve kanal", phone="0599 000 00 01", follow_up=True,
            keywords=("su kesinti", "musluk", "kanal"), name_en="Test Waterworks", subjects_en="water and sewers",
        ),
        Body(
            "power", "Deneme Elektrik Dağıtım", "elektrik arızaları", phone="0599 000 00 02",
            checked_on=date(2026, 1, 2), keywords=("elektrik", "sokak lambası"),
        ),
    ]  # fmt: skip


@hookimpl
def halkla_questions() -> list[Question]:
    """Give a question of each kind."""
    return [
        Question("plate", "Aracın plakası", "plate", "Number plate", required=True, help="Örneğin 35 ABC 123"),
        Question(
            "missing", "Neleri eksik?", "several", "What is missing?", ("Tekerlek", "Cam", "Kapı"),
            ("Wheels", "Glass", "Doors"),
        ),
        Question("since", "Ne zamandan beri?", "date", "Since when?"),
        Question("wheels", "Kaç tekerleği var?", "number", "How many wheels?"),
        Question("wire", "Tele değiyor mu?", "yes_no", "Does it touch a wire?"),
        Question(
            "heavy", "Nerede duruyor?", "choice", "Where is it?", ("Evin içinde", "Sokakta"), ("Inside", "Outside"),
        ),
        Question(
            "floor", "Kaçıncı kat?", "number", "Which floor?", required=True, asked_if="heavy",
            asked_if_answers=("Evin içinde",),
        ),
        Question("carriers", "Taşıyacak kişi var mı?", "yes_no", asked_if="heavy", asked_if_answers=("Evin içinde",)),
        Question("picture", "Eşyanın fotoğrafı", "photo", "A photo of it", required=True),
    ]  # fmt: skip


@hookimpl
def halkla_synonyms() -> list[Synonym]:
    """Give what people also say."""
    return [Synonym("hole", "çukur", ("delik", "kasis olmuş"))]


@hookimpl
def halkla_dangers() -> list[Danger]:
    """Give a danger told by words, and one that a subject always means."""
    return [
        Danger(
            "fire", ("yangın", "alev"), "Yangın mı var?", "Hemen uzaklaşın.", "Is there a fire?", "Get away at once.",
            unless=("yangın merdiven",),
        ),
        Danger("wire", ("kopan tel",), "Kopan tel mi var?", "Yaklaşmayın.", body="power"),
        Danger("flood", (), "Su mu basıyor?", "Elektriği kesin.", body="water", categories=("leak",)),
    ]  # fmt: skip


@hookimpl
def halkla_reply_templates() -> list[ReplyTemplate]:
    """Give a ready answer of each purpose."""
    return [
        ReplyTemplate("done", "Yapıldı", "{place} için {number} numaralı başvurunuzdaki iş tamamlandı."),
        ReplyTemplate("pruned", "Budandı", "Ağaç budandı. {department}", group="Parklar"),
        ReplyTemplate("where", "Neresi?", "Yeri biraz daha anlatır mısınız?", "question"),
        ReplyTemplate("no", "Uygun değil", "Bu isteği karşılayamıyoruz.", "decline"),
        ReplyTemplate("theirs", "Başka kurum", "Başvurunuzu {body} kurumuna ilettik.", "referral"),
        ReplyTemplate("planned", "Programda", "{planned_for} günü için programa alındı.", "plan"),
    ]


class TestMethod(FeedbackMethod):
    """Reaches whoever has left an e-mail address; remembers what it was given, and fails when it is told to.

    ``tried`` holds every attempt, ``delivered`` those that were accepted.
    """

    __test__ = False  # a name that begins with Test, and no test

    code = "test"
    label = "Deneme postası"

    def __init__(self) -> None:
        self.tried: list[Notification] = []
        self.delivered: list[Notification] = []
        self.outcome: Delivery | Exception = Delivery(True)

    def address_of(self, details: ContactDetails) -> str:
        """Reach e-mail addresses."""
        return details.email

    def break_down(self, error: str = "out of order", *, permanent: bool = False) -> None:
        """Refuse every message from now on."""
        self.outcome = Delivery(False, error, permanent)

    def crash(self, problem: Exception) -> None:
        """Raise *problem* at every message from now on."""
        self.outcome = problem

    def recover(self) -> None:
        """Accept every message again."""
        self.outcome = Delivery(True)

    def deliver(self, notification: Notification) -> Delivery:
        """Do as told."""
        self.tried.append(notification)
        if isinstance(self.outcome, Exception):
            raise self.outcome
        if self.outcome.is_accepted:
            self.delivered.append(notification)
        return self.outcome


@hookimpl
def halkla_feedback_methods(settings: Mapping[str, str]) -> list[FeedbackMethod]:
    """Give a new :class:`TestMethod`: ``assembly.extensions.feedback_methods["test"]``."""
    return [TestMethod()]
