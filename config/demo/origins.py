"""How people came to Escola Llevant: their touches, short links, a number of a campaign, and the figures of it all."""

from datetime import datetime, timedelta

from django.db import connection
from django.utils import timezone

from enquiries.models import Campaign, CampaignNumber, Medium, ShortLink, ShortLinkCount, StaleDay, Touch
from enquiries.origins import counting, short_links, staleness
from people.models import User

# Before the visit with which somebody asked, some had been here already: after how many days, in how many of a hundred
# cases, and through what (kind, source, medium). Told from the number of the enquiry, so that it is the same each time.
_EARLIER = (
    (18, 16, [("referral", "instagram", "social"), ("search", "google", "organic"), ("short", "diari", "press")]),
    (
        9,
        28,
        [("search", "google", "organic"), ("referral", "barcelonajove.cat", "referral"), ("ad", "google", "search")],
    ),
    (3, 22, [("send", "matricula", "email"), ("referral", "chatgpt", "other"), ("search", "bing", "organic")]),
)
_ARRIVED = """
    INSERT INTO enquiries_touch
        (person_id, enquiry_id, at, kind, source, medium, campaign_id, action_id, marks, referrer, landing)
    SELECT person_id, id, received_at,
           CASE WHEN channel = 'phone' THEN 'direct'
                WHEN source = '' THEN CASE id % 5 WHEN 0 THEN 'direct' WHEN 1 THEN 'referral' ELSE 'search' END
                WHEN medium IN ('cpc', 'search', 'paid-social') THEN 'ad' ELSE 'link' END,
           CASE WHEN source <> '' THEN lower(source)
                WHEN channel = 'phone' OR id % 5 = 0 THEN '' WHEN id % 5 = 1 THEN 'emagister.com' ELSE 'google' END,
           CASE WHEN source <> '' THEN
                     CASE medium WHEN 'cpc' THEN 'search' WHEN 'paid-social' THEN 'social' WHEN 'event' THEN 'fair'
                                 WHEN 'referral' THEN 'other' ELSE lower(medium) END
                WHEN channel = 'phone' OR id % 5 = 0 THEN '' WHEN id % 5 = 1 THEN 'referral' ELSE 'organic' END,
           campaign_id, action_id, utm, '', page_url
    FROM enquiries_enquiry AS enquiry
    WHERE NOT EXISTS (SELECT FROM enquiries_touch AS touch WHERE touch.enquiry_id = enquiry.id)
"""
_BEFORE = """
    INSERT INTO enquiries_touch (person_id, at, kind, source, medium, marks, referrer, landing)
    SELECT person_id, received_at - make_interval(days => %(days)s, mins => (id %% 600)::int),
           (%(kinds)s::text[])[1 + id %% 3], (%(sources)s::text[])[1 + id %% 3], (%(media)s::text[])[1 + id %% 3],
           '{}', '', '/ca/'
    FROM enquiries_enquiry
    WHERE abs(hashtext(id::text || 'd' || %(days)s)) %% 100 < %(share)s AND state <> 'invalid'
"""
_SAID = """
    INSERT INTO enquiries_touch (person_id, enquiry_id, at, kind, source, medium, marks, referrer, landing)
    SELECT enquiry.person_id, enquiry.id, enquiry.received_at + interval '5 minutes', 'spoken', spoken.code,
           spoken.medium, '{}', '', ''
    FROM enquiries_enquiry AS enquiry
    JOIN enquiries_spokensource AS spoken ON spoken.position = 1 + enquiry.id %% 8
    WHERE abs(hashtext(enquiry.id::text || 'said')) %% 100 < %(share)s AND enquiry.contacted_at IS NOT NULL
"""
LINKS = [
    ("estiu", "Falca de ràdio d’estiu", "radio", Medium.RADIO, 41, "cercadors"),
    ("portes", "Cartell de les portes obertes", "cartell", Medium.OUTDOOR, 23, "portes-obertes"),
    ("exalumnes", "Targeta d’antics alumnes", "targeta", Medium.OTHER, 12, "antics-alumnes"),
    ("diari", "Anunci al diari del barri", "diari", Medium.PRESS, 7, "portes-obertes"),
]
NUMBER = "+34930000117"  # of the block that the regulator keeps for fiction
BACK = 28  # days of visits to short links


def fill(*, at: datetime, by: User | None) -> None:
    """Touches for every enquiry that has none, links, a number and their figures. Twice is as once."""
    if not Touch.objects.exists():
        _touches()
    campaigns = list(Campaign.objects.exclude(state=Campaign.State.PLANNED).order_by("-starts_on", "pk"))
    _links(campaigns, at=at, by=by)
    if campaigns and not CampaignNumber.objects.exists():
        CampaignNumber.objects.create(
            number=NUMBER,
            campaign=campaigns[0],
            medium=Medium.PRESS,
            from_day=campaigns[0].starts_on or timezone.localdate(at),
        )
    staleness.look(at=at)
    counting.count_stale(at=at, at_most=StaleDay.objects.count())


def _touches() -> None:
    with connection.cursor() as cursor:
        cursor.execute(_ARRIVED)
        for days, share, ways in _EARLIER:
            kinds, sources, media = (list(column) for column in zip(*ways, strict=True))
            cursor.execute(_BEFORE, {"days": days, "share": share, "kinds": kinds, "sources": sources, "media": media})
        cursor.execute(_SAID, {"share": 9})


def _links(campaigns: list[Campaign], *, at: datetime, by: User | None) -> None:
    if ShortLink.objects.exists():
        return
    today = timezone.localdate(at)
    counts = []
    for code, name, source, medium, most, of in LINKS:
        link = ShortLink(
            code=code,
            name=name,
            source=source,
            medium=medium,
            address="/ca/",
            campaign=next((one for one in campaigns if one.slug.startswith(of)), None),
        )
        short_links.make(link, at=at - timedelta(days=BACK), by=by)
        for days in range(BACK):
            on = today - timedelta(days=days)
            # Fewer at weekends, and more while it was new.
            visits = most * (days + 6) // (BACK + 6) * (2 if on.weekday() < 5 else 1) // 2
            counts.append(ShortLinkCount(link=link, on=on, visits=visits))
    ShortLinkCount.objects.bulk_create(counts)
