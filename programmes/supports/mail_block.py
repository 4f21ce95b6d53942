"""The sheet in a mail: what decides, in a few lines, with today's facts and a link to the rest."""

from dataclasses import dataclass
from datetime import datetime

from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import override

from people.own_data.links import absolute
from programmes.models import Fact, FactVersion, Programme
from programmes.supports import sheets
from programmes.told import versions as told_versions

NOT_TOLD = {Fact.REQUIREMENTS, Fact.ACCREDITATION}  # a mail leads to them, it does not state them


@dataclass(frozen=True)
class MailBlock:
    """The sheet as HTML and as plain text, and the versions of the facts that it states."""

    html: SafeString
    text: str
    versions: list[FactVersion]


def block(programme: Programme, *, language: str, at: datetime) -> MailBlock:
    """The sheet of ``programme`` in ``language`` as it is at ``at``; the nearest start with a free seat is told.

    Without a published sheet in that language it has the name that staff use, and no link.
    """
    programme = Programme.objects.select_related("field", "collection").get(pk=programme.pk)
    page = programme.sheet_in(language)
    with override(language):
        open_intakes = sheets.offers(programme, on=timezone.localdate(at))
        offer = sheets.nearest(open_intakes)
        facts = [(fact.label, fact.value) for fact in sheets.facts_of(programme, offer)]
        if offer and offer.price:
            price = f"{offer.price} ({offer.price_note})" if offer.price_note else offer.price
            facts.insert(0, (_("Price"), price))
        context = {
            "title": page.title if page else programme.title,
            "promise": page.promise if page else "",
            "facts": facts,
            "url": absolute(page.get_url() or "") if page else "",
        }
        html = render_to_string("programmes/mail_block.html", context)
        text = render_to_string("programmes/mail_block.txt", context).strip()
    return MailBlock(html, text, _told(programme, offer, language=language, at=at))


def _told(programme: Programme, offer: sheets.Offer | None, *, language: str, at: datetime) -> list[FactVersion]:
    told_versions.note([programme.pk], at=at)
    known = told_versions.current(programme, at=at, language=language)
    intakes = (None, offer.intake.pk if offer else None)
    return [version for (fact, intake), version in known.items() if intake in intakes and fact not in NOT_TOLD]
