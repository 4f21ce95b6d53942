"""Leads as one more kind of file on its way in: steps, worker and undo are those of ``people.importing``."""

from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from enquiries.leads.lead_files import guess, mapping_of, read_leads
from enquiries.leads.taking import KIND, Taking
from enquiries.models import Campaign, Partner
from people.importing.kinds import Reading, UploadKind, Words
from people.importing.mappings import BadMapping

FORM = "enquiries.views.lead_forms.LeadColumnsForm"


def begin(reading: Reading) -> tuple[Any, Iterator]:
    """Whoever takes the leads of one file in, and its rows. Raises BadMapping if the campaign is gone, Unreadable."""
    mapping = reading.mapping
    campaign = Campaign.objects.filter(slug=mapping.campaign).first() if mapping.campaign else None
    if campaign is None:
        raise BadMapping(_("The campaign chosen for this file is no longer there."))
    partner = Partner.objects.filter(code=mapping.partner).first() if mapping.partner else None
    if mapping.partner and partner is None:
        raise BadMapping(_("The partner chosen for this file is no longer there."))
    taking = Taking(
        mapping,
        at=reading.at,
        source=f"import:{campaign.slug}",
        campaign=campaign,
        partner=partner,
        decisions=reading.decisions,
    )
    return taking, read_leads(reading.path, mapping)


LEADS = UploadKind(
    code=KIND,
    name=gettext_lazy("Leads: people who asked elsewhere, at a fair or a portal"),
    title=gettext_lazy("Import leads"),
    permission="enquiries.import_leads",
    needed=gettext_lazy(
        "Needed: a column with an e-mail address or a telephone number, or a number of the lead in another system. Each"
        " row becomes an enquiry that somebody has to answer; with a column that says how it ended, it comes in as"
        " history."
    ),
    words=Words(
        created=gettext_lazy("enquiries are new"),
        unchanged=gettext_lazy("came in before, or are left out"),
        made=gettext_lazy("from people who are new"),
        added_to=gettext_lazy("from people we know, and something is added"),
        known=gettext_lazy("from people we know as they stand"),
        add=gettext_lazy("Take their enquiry in, and add what is missing"),
        leave=gettext_lazy("Leave the row out"),
    ),
    guess=guess,
    mapping_of=mapping_of,
    begin=begin,
    form=FORM,
    labels={
        "programme": gettext_lazy("Programme"),
        "message": gettext_lazy("Message"),
        "lead_source": gettext_lazy("Source"),
        "medium": gettext_lazy("Medium"),
        "received_at": gettext_lazy("Received"),
        "outcome": gettext_lazy("How it ended"),
        "lost_reason": gettext_lazy("Why it was lost"),
    },
)
