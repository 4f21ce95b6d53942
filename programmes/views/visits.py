"""Which requests are a reader's: robots, previews and the school's own staff are not counted."""

import re

# "bot" stands in the names of most robots, and in that of one telephone.
ROBOTS = re.compile(
    r"(?<!cu)bot\b|bot[/;_-]|crawl|spider|slurp|preview|scan|monitor|uptime|pingdom|lighthouse|headless|phantom|"
    r"facebookexternalhit|whatsapp/|telegram|skype|slack|curl|wget|python|httpx|aiohttp|go-http|okhttp|java/|libwww|"
    r"apache-http|node-fetch|axios|postman|safelinks|proofpoint|mimecast|barracuda",
    re.IGNORECASE,
)
FETCHED_AHEAD = ("Sec-Purpose", "Purpose", "X-Purpose", "X-Moz")


def is_reader(request) -> bool:
    """Is this a person from outside who reads, as far as the request shows?"""
    agent = request.headers.get("User-Agent", "")
    if request.method == "HEAD" or not agent or ROBOTS.search(agent):
        return False
    if any("pre" in request.headers.get(name, "").lower() for name in FETCHED_AHEAD):  # prefetch, preview, prerender
        return False
    return not _is_staff(request)


def is_from_our_page(request) -> bool:
    """Did a page of ours send this? Browsers say so; what does not say is believed."""
    return request.headers.get("Sec-Fetch-Site", "same-origin") == "same-origin"


def _is_staff(request) -> bool:
    really = getattr(request, "really_by", None) or request.user
    return really.is_authenticated and really.has_perm("wagtailadmin.access_admin")
