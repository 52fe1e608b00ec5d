"""The data files are complete, consistent and readable for the core."""

import re
import string
from datetime import UTC, date, datetime, timedelta
from importlib.metadata import entry_points

import pytest
from halkla_bornova import data

from halkla_iliskiler.api import Category, ReplyTemplate, fold

TEMPLATE_FIELDS = {
    "number": "2026-000123",
    "category": "Çöp alınmadı",
    "department": "Temizlik İşleri Müdürlüğü",
    "place": "",
    "planned_for": "9 Ocak 2026 Cuma",
    "body": "İZSU",
}
REGIMES = {
    "SERVICE",
    "PETITION_3071",
    "INFORMATION_4982",
    "DATA_SUBJECT_6698",
    "OMBUDSMAN_6328",
    "COURT",
}


def words(text: str) -> list[str]:
    return re.findall("[a-z0-9]+", fold(text))


def key(name: str) -> str:
    return "".join(words(name))


def luminance(colour: str) -> float:
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


class TestPlugin:
    def test_is_found_by_its_entry_point(self) -> None:
        (found,) = entry_points(group="halkla_iliskiler", name="bornova")
        assert found.value == "halkla_bornova.plugin"

    def test_every_hook_answers(self) -> None:
        from halkla_bornova import plugin

        hooks = [name for name in vars(plugin) if name.startswith("halkla_")]
        assert len(hooks) == 11
        stretch = {"halkla_demo_tickets": (0, datetime.now(UTC), 1440.0, 0.0)}
        assert all(getattr(plugin, hook)(*stretch.get(hook, ())) for hook in hooks)


class TestBrand:
    def test_says_that_it_is_a_demonstration_and_prints_no_telephone_number(self) -> None:
        brand = data.brand()
        assert brand.is_demo
        assert brand.phone == ""
        assert "bağlantısı yoktur" in brand.notice
        assert "unconnected" in brand.notice_en

    def test_colours_can_be_read(self) -> None:
        tokens = dict(data.brand().tokens)
        assert set(tokens) == {"brand", "brand-ink", "accent", "surface", "ink", "radius"}
        pairs = [("brand-ink", "brand"), ("brand", "surface"), ("accent", "surface"), ("ink", "surface")]
        assert {pair: contrast(tokens[pair[0]], tokens[pair[1]]) for pair in pairs} == pytest.approx(
            # The figures README.md shows; all are at least the 4.5 that WCAG 2.2 AA asks for.
            {pairs[0]: 7.96, pairs[1]: 7.96, pairs[2]: 5.54, pairs[3]: 16.53},
            abs=0.005,
        )

    def test_emblem_brings_nothing_a_strict_policy_refuses(self) -> None:
        emblem = data.brand().emblem_svg
        assert emblem.startswith("<svg ")
        assert not re.search(r"<script|<style|style=|\son\w+=|href=", emblem)

    def test_privacy_notice_has_the_same_parts_in_both_languages(self) -> None:
        brand = data.brand()
        parts = [re.findall(r"^\d+\..*$", text, re.M) for text in (brand.privacy_text, brand.privacy_text_en)]
        assert [len(headings) for headings in parts] == [7, 7]
        assert "örnek" in brand.privacy_text
        assert "sample" in brand.privacy_text_en


class TestDepartments:
    def test_there_are_31_directorates(self) -> None:
        assert sum(department.level == "directorate" for department in data.departments()) == 31

    def test_each_is_called_something_in_english(self) -> None:
        names = [department.name_en for department in data.departments()]
        assert all(names)
        assert len(set(names)) == len(names)

    def test_each_directorate_has_an_address_that_reaches_nobody(self) -> None:
        for department in data.departments():
            assert department.email.endswith("@bornova.example") == (department.level == "directorate")

    def test_every_parent_exists(self) -> None:
        codes = {department.code for department in data.departments()}
        assert {department.parent for department in data.departments()} - {None} <= codes


class TestCategories:
    def test_there_are_117(self) -> None:
        assert len(data.categories()) == 117

    def test_each_names_a_directorate_and_a_body_that_exist(self) -> None:
        directorates = {department.code for department in data.departments() if department.level == "directorate"}
        bodies = {body.code for body in data.bodies()}
        assert {category.department for category in data.categories()} <= directorates
        assert {category.often_body for category in data.categories()} - {None} <= bodies

    def test_each_has_labels_a_group_keywords_and_a_known_regime(self) -> None:
        for category in data.categories():
            assert category.label, category.code
            assert category.label_en, category.code
            assert category.group, category.code
            assert category.group_en, category.code
            assert 4 <= len(set(category.keywords)) == len(category.keywords) <= 12, category.code
            assert category.regime in REGIMES, category.code

    def test_labels_differ(self) -> None:
        labels = [category.label for category in data.categories()]
        assert len(set(labels)) == len(labels)

    def test_the_form_does_not_offer_what_only_offices_send_and_meaningless_ones(self) -> None:
        hidden = {category.code for category in data.categories() if not category.is_public}
        assert hidden == {"HIM05", "HUK03"}

    def test_urgent_ones_are_promised_within_two_days_except_fire_roads(self) -> None:
        slow = {c.code for c in data.categories() if c.urgent and c.solve_within > timedelta(days=2)}
        assert slow == {"KIR03"}

    @pytest.mark.parametrize(
        ("text", "span"),
        [("4s", timedelta(hours=4)), ("30g", timedelta(days=30)), ("15ig", timedelta(days=21))],
    )
    def test_targets(self, text: str, span: timedelta) -> None:
        assert data.time_span(text) == span

    @pytest.mark.parametrize("text", ["", "hemen", "0s", "3", "4 s"])
    def test_what_is_no_target_is_refused(self, text: str) -> None:
        with pytest.raises(ValueError, match="not a target"):
            data.time_span(text)


class TestKeywords:
    def test_no_keyword_is_the_beginning_of_a_neighbourhood_name(self) -> None:
        # "kazı" would find every application from Kazımdirik, "kar" every one from Karaçam.
        names = {word for place in data.neighbourhoods() for word in words(place.name)}
        wrong = {
            (category.code, phrase)
            for category in data.categories()
            for phrase in category.keywords
            if all(any(name.startswith(word) for name in names) for word in words(phrase))
        }
        assert wrong == set()

    def test_no_keyword_is_too_short(self) -> None:
        phrases = {phrase for category in data.categories() for phrase in category.keywords}
        assert {phrase for phrase in phrases if len(key(phrase)) < 3} == set()

    @pytest.mark.parametrize(
        ("text", "code"),
        [
            ("Kızılay mahallesi 713 sokaktan arıyorum, üç gündür çöp alınmadı", "TEM01"),
            ("çöpümüz alınmadı", "TEM01"),
            ("ÇÖPLERİ TOPLAMIYORLAR", "TEM01"),
            ("sokağımıza konteynır istiyoruz", "TEM02"),
            ("3 konteyner kapağı kırık, 2 adet yer değişimi", "TEM03"),
            ("sokağımız aylardır süpürülmüyor", "TEM04"),
            ("apartmanın arkasına moloz bırakmışlar", "TEM06"),
            ("eski koltuk takımım var, gelip alır mısınız", "TEM07"),
            ("bahçeden kesilen dalları aldırmak istiyorum", "TEM08"),
            ("yolun ortasında ölü kedi var", "TEM10"),
            ("slm evka 3 metronun orda kaldirimda cukur var gecen teyze dustu", "FEN03"),
            ("yolda kocaman çukur var, lastiğim patladı", "FEN01"),
            ("yolumuza ne zaman asfalt dökülecek", "FEN02"),
            ("yol çöktü, araba düşecek", "FEN04"),
            ("MAZGAL TIKALI SU TAŞIYOR", "FEN05"),
            ("merdivenin korkuluğu kırılmış", "FEN06"),
            ("Sokağımıza kasis yapılmasını arz ederim", "FEN07"),
            ("tekerlekli sandalye ile çıkamıyorum, rampa lazım", "FEN08"),
            ("dükkanı su bastı yardım edin", "FEN11"),
            ("Süvari Cad. üzerindeki çınarın dalı kırıldı kırılacak", "PRK02"),
            ("ağaçların budanmasını istiyoruz, dallar pencereye giriyor", "PRK01"),
            ("komşu ağaçları kesiyor", "PRK11"),
            ("parkta salıncağın zinciri kopuk", "PRK05"),
            ("SOKAK LAMBASI YANMIYOR KARANLIKTAYIZ NEREDE BU BELEDİYE!!!! 4160 SK", "PRK07"),
            ("Yeşilova'da parkın tuvaleti yok, bir de basket potası istiyoruz", "PRK09"),
            ("dükkan kaldırıma masa sandalye koymuş, yürüyemiyoruz", "ZAB01"),
            ("Küçükpark'ta gece 3'e kadar müzik. Uyuyamıyoruz, zabıta nerede?", "ZAB03"),
            ("sabahın köründe inşaat gürültüsü", "ZAB04"),
            ("X İnşaat hafriyatı Laka'da dere yatağına döküyor", "ZAB08"),
            ("aylardır duran plakasız araç var", "ZAB09"),
            ("yaralı kedi var acil", "VET01"),
            ("Köpek sürüsü okul çıkışı çocuğu ısırdı, hastanedeyiz", "VET03"),
            ("başıboş köpekler çocuklara saldırıyor", "VET02"),
            ("babam yatalak, evde pansuman gerekiyor", "SAG01"),
            ("sivrisinekten duramıyoruz ilaçlama yapın", "SAG05"),
            ("Emekliyim, kömür ve gıda yardımı istiyorum, eşim felçli", "SOS01"),
            ("komşum eşini dövüyor", "SOS06"),
            ("372/15 Sokak'ta ruhsatsız kat çıkılmaktadır", "IMR01"),
            ("metruk bina yıkılacak gibi", "IMR05"),
            ("asansörümüz kırmızı etiket aldı", "IMR09"),
            ("emlak vergisi borcum ne kadar", "MAL01"),
            ("nikah günü almak istiyoruz", "YAZ01"),
            ("geri dönüşüm için kartonlarımı alır mısınız", "SFA01"),
            ("tarla yolumuz çamurdan geçilmiyor", "KIR01"),
            ("süper olmuş park ellerinize sağlık", "HIM03"),
        ],
    )
    def test_a_citizens_words_find_the_category(self, text: str, code: str) -> None:
        # The simplest rule: every word of a keyword begins some word of the text; longer keywords count more.
        said = words(text)

        def score(category: Category) -> int:
            hits = [
                phrase
                for phrase in map(words, category.keywords)
                if all(any(word.startswith(part) for word in said) for part in phrase)
            ]
            return sum(len(phrase) ** 2 for phrase in hits)

        best = sorted(data.categories(), key=score, reverse=True)[:3]
        assert code in [category.code for category in best]


class TestNeighbourhoods:
    def test_there_are_45_of_which_12_are_rural(self) -> None:
        places = data.neighbourhoods()
        assert len(places) == 45
        assert sum(place.is_rural for place in places) == 12

    def test_no_spelling_means_two_places(self) -> None:
        owners: dict[str, set[str]] = {}
        for place in data.neighbourhoods():
            for name in (place.name, *place.aliases):
                owners.setdefault(key(name), set()).add(place.code)
        assert {name: codes for name, codes in owners.items() if len(codes) > 1} == {}


class TestBodies:
    def test_only_112_is_confirmed(self) -> None:
        confirmed = {body.phone: body.checked_on for body in data.bodies() if body.checked_on}
        assert confirmed == {"112": date(2026, 11, 24)}

    def test_methods_are_known(self) -> None:
        assert {body.method for body in data.bodies()} <= {"telephone", "letter", "email", "link", "signpost"}


class TestReplyTemplates:
    def test_every_purpose_is_served(self) -> None:
        assert {template.purpose for template in data.reply_templates()} == {
            "answer",
            "question",
            "decline",
            "referral",
            "plan",
        }

    def test_groups_are_groups_of_categories(self) -> None:
        groups = {category.group for category in data.categories()}
        assert {template.group for template in data.reply_templates()} - {""} <= groups

    @pytest.mark.parametrize("template", data.reply_templates(), ids=lambda template: template.code)
    def test_names_only_known_fields_and_renders_signed(self, template: ReplyTemplate) -> None:
        named = {field for _, field, _, _ in string.Formatter().parse(template.text) if field is not None}
        assert named <= set(TEMPLATE_FIELDS)
        assert ("planned_for" in named) == (template.purpose == "plan")
        assert ("body" in named) == (template.purpose == "referral")
        assert template.text.format(**TEMPLATE_FIELDS).endswith(TEMPLATE_FIELDS["department"])


class TestDemoTickets:
    def test_refer_to_what_exists(self) -> None:
        tickets = data.demo_tickets()
        known = {
            "category": {category.code for category in data.categories()},
            "neighbourhood": {place.code for place in data.neighbourhoods()},
            "body": {body.code for body in data.bodies()},
        }
        for field, codes in known.items():
            assert {getattr(ticket, field) for ticket in tickets} - {None} <= codes, field


@pytest.mark.parametrize(
    "provider",
    [data.departments, data.categories, data.neighbourhoods, data.bodies, data.reply_templates],
)
def test_codes_are_unique_and_ascii(provider) -> None:  # type: ignore[no-untyped-def]
    codes = [value.code for value in provider()]
    assert len(set(codes)) == len(codes)
    assert all(code.isascii() for code in codes)
