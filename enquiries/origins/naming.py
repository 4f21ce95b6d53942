"""The names of sources and media: what addresses, click numbers and other websites are called here."""

from django.utils.translation import gettext_lazy as _

from enquiries.models import Medium, Touch

Kind = Touch.Kind
# Media of ours are what a campaign can use; through these people come without one.
ORGANIC, REFERRAL = "organic", "referral"
WITHOUT_CAMPAIGN = {ORGANIC: _("Unpaid search"), REFERRAL: _("Other websites")}

# Numbers that networks give each click of an advertisement: whose they are, and through what it was seen.
CLICKS: dict[str, tuple[str, str]] = {
    "gclid": ("google", Medium.SEARCH),
    "gbraid": ("google", Medium.SEARCH),
    "wbraid": ("google", Medium.SEARCH),
    "dclid": ("google", Medium.DISPLAY),
    "msclkid": ("bing", Medium.SEARCH),
    "li_fat_id": ("linkedin", Medium.SOCIAL),
    "ttclid": ("tiktok", Medium.SOCIAL),
    "twclid": ("x", Medium.SOCIAL),
    "yclid": ("yandex", Medium.SEARCH),
}
# These hang on every link of the network, also where nobody paid for it.
PASSED_ON: dict[str, tuple[str, str]] = {
    "fbclid": ("facebook", Medium.SOCIAL),
    "igshid": ("instagram", Medium.SOCIAL),
    "igsh": ("instagram", Medium.SOCIAL),
}
NUMBER = "click_number"  # which goes with a yes to being remembered, and nowhere else
SEARCH_ENGINES = {
    "google": "google", "bing.com": "bing", "duckduckgo.com": "duckduckgo", "ecosia.org": "ecosia",
    "search.yahoo.com": "yahoo", "qwant.com": "qwant", "search.brave.com": "brave", "startpage.com": "startpage",
    "yandex": "yandex", "baidu.com": "baidu",
}  # fmt: skip
SITES: dict[str, tuple[str, str]] = {
    "facebook.com": ("facebook", Medium.SOCIAL),
    "instagram.com": ("instagram", Medium.SOCIAL),
    "linkedin.com": ("linkedin", Medium.SOCIAL),
    "lnkd.in": ("linkedin", Medium.SOCIAL),
    "t.co": ("x", Medium.SOCIAL),
    "x.com": ("x", Medium.SOCIAL),
    "twitter.com": ("x", Medium.SOCIAL),
    "youtube.com": ("youtube", Medium.SOCIAL),
    "youtu.be": ("youtube", Medium.SOCIAL),
    "tiktok.com": ("tiktok", Medium.SOCIAL),
    "pinterest.com": ("pinterest", Medium.SOCIAL),
    "reddit.com": ("reddit", Medium.SOCIAL),
    "bsky.app": ("bluesky", Medium.SOCIAL),
    "threads.net": ("threads", Medium.SOCIAL),
    "whatsapp.com": ("whatsapp", Medium.SOCIAL),
    "t.me": ("telegram", Medium.SOCIAL),
    "mail.google.com": ("gmail", Medium.EMAIL),
    "outlook.live.com": ("outlook", Medium.EMAIL),
    "outlook.office.com": ("outlook", Medium.EMAIL),
    "mail.yahoo.com": ("yahoo", Medium.EMAIL),
    "chatgpt.com": ("chatgpt", Medium.OTHER),
    "perplexity.ai": ("perplexity", Medium.OTHER),
    "copilot.microsoft.com": ("copilot", Medium.OTHER),
    "gemini.google.com": ("gemini", Medium.OTHER),
    "claude.ai": ("claude", Medium.OTHER),
}
# What links of the trade call a medium, in our own words.
MEDIA = {
    "cpc": Medium.SEARCH, "ppc": Medium.SEARCH, "sem": Medium.SEARCH, "paidsearch": Medium.SEARCH,
    "paid_search": Medium.SEARCH, "paid-search": Medium.SEARCH,
    "banner": Medium.DISPLAY, "cpm": Medium.DISPLAY, "video": Medium.DISPLAY, "programmatic": Medium.DISPLAY,
    "paid_social": Medium.SOCIAL, "paidsocial": Medium.SOCIAL, "paid-social": Medium.SOCIAL,
    "social-media": Medium.SOCIAL, "social_media": Medium.SOCIAL, "post": Medium.SOCIAL, "bio": Medium.SOCIAL,
    "e-mail": Medium.EMAIL, "mailing": Medium.EMAIL, "newsletter": Medium.EMAIL, "mail-shot": Medium.EMAIL,
    "slot": Medium.WEB, "website": Medium.WEB, "onsite": Medium.WEB, "phone": Medium.CALL, "telephone": Medium.CALL,
    "letter": Medium.MAIL, "flyer": Medium.MAIL, "brochure": Medium.MAIL, "magazine": Medium.PRESS,
    "poster": Medium.OUTDOOR, "ooh": Medium.OUTDOOR, "card": Medium.FAIR, "event": Medium.FAIR, "fairs": Medium.FAIR,
    "affiliate": Medium.PARTNER, "portal": Medium.PARTNER, "tv": Medium.RADIO,
}  # fmt: skip
PAID = {"cpc", "ppc", "sem", "paidsearch", "paid_search", "paid-search", "cpm", "paid_social", "paidsocial",
        "paid-social", "display", "banner", "programmatic"}  # fmt: skip


def medium_of(written: str) -> str:
    """A medium as it is written in a link, in our own words where they are known; else as it was written."""
    plain = written.strip().lower()[:120]
    return str(MEDIA.get(plain, plain))


def medium_words(medium: str) -> str:
    """What a medium is called where people read it; one that we do not know stays as it was written."""
    if medium in Medium.values:
        return str(Medium(medium).label)
    return str(WITHOUT_CAMPAIGN.get(medium, medium))


def site_of(host: str) -> tuple[str, str, str]:
    """``(kind, source, medium)`` of the website that somebody came from."""
    host = host.lower().removeprefix("www.").removeprefix("m.").removeprefix("l.")
    for known, (source, medium) in SITES.items():  # before the engines: gemini.google.com is none
        if host == known or host.endswith(f".{known}"):
            return Kind.REFERRAL, source, str(medium)
    for known, source in SEARCH_ENGINES.items():
        is_name = "." not in known  # of an engine with an address in each country
        if (is_name and f".{known}." in f".{host}") or host == known or host.endswith(f".{known}"):
            return Kind.SEARCH, source, ORGANIC
    return Kind.REFERRAL, host[:120], REFERRAL
