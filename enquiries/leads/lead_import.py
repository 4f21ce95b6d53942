"""Taking in the leads of a whole file at once, as the command does; the back office goes by ``people.importing``."""

import re
from datetime import datetime
from pathlib import Path

from django.db import transaction
from django.utils.translation import gettext as _

from enquiries.leads.lead_files import Mapping, read_leads
from enquiries.leads.taking import KIND, Taking
from enquiries.models import Campaign
from people.importing import imports
from people.importing.import_look import chunks
from people.importing.people_import import add_counts
from people.models import User


class BadCampaign(Exception):
    """The code of the campaign cannot be used."""


def import_leads(
    path: str | Path,
    *,
    campaign_slug: str,
    at: datetime,
    mapping: Mapping | None = None,
    by: User | None = None,
    file_name: str = "",
    is_rehearsal: bool = False,
) -> dict:
    """Take in every good row of a file and say what was done, as ``imports.report`` does, with the campaign.

    All in one transaction; a rehearsal does the same and takes it back. A campaign nobody has made yet is made,
    closed. A row that came in before is left as it is. Raises Unreadable for a bad file, BadCampaign.
    """
    if not re.fullmatch(r"[a-zA-Z0-9_-]{1,80}", campaign_slug):
        raise BadCampaign(
            _("“%(slug)s” is no code of a campaign: use letters, digits and hyphens.") % {"slug": campaign_slug}
        )
    rows = read_leads(path, mapping)
    with transaction.atomic():
        campaign, is_new = Campaign.objects.get_or_create(
            slug=campaign_slug, defaults={"name": campaign_slug, "state": Campaign.State.CLOSED}
        )
        run = imports.start(KIND, file_name or Path(path).name, at=at, by=by)
        if is_new:
            imports.note_made(run, [campaign])
        taking = Taking(mapping or Mapping(), at=at, source=f"import:{campaign.slug}", campaign=campaign)
        for chunk in chunks(rows):
            add_counts(run, taking.take(chunk, run))
        counts = {"created": run.created, "updated": 0, "unchanged": run.unchanged}
        imports.finish(run, at=at, rejected=run.rejected, **counts)
        report = imports.report(run) | {"campaign": campaign.slug, "campaign_created": is_new}
        if is_rehearsal:
            transaction.set_rollback(True)
            report["import_id"] = ""
    return report
