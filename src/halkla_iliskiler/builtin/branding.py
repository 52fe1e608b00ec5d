"""The neutral brand, for a city that has not installed its own yet."""

from halkla_iliskiler.api import Brand, hookimpl


@hookimpl
def halkla_choose_brand() -> Brand:
    """Give the neutral brand; any plugin's answer comes before it."""
    return Brand(
        name="Halkla İlişkiler",
        municipality="Belediye",
        slogan="Sizi dinliyoruz, kaydediyoruz, cevaplıyoruz.",
        slogan_en="We listen, we register, we answer.",
        emblem_svg=_EMBLEM,
        privacy_version="0",
    )


_EMBLEM = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 48 48"><circle cx="24" cy="24" r="22" fill="#1f5673"/>'
    '<path d="M14 18a10 10 0 0 1 20 0c0 6-5 7-6 11a5 5 0 0 1-9 3" fill="none" stroke="#fff" stroke-width="3.5" '
    'stroke-linecap="round"/></svg>'
)
