"""What is done for a campaign: creatives, insertions, fairs, mailings, call lists, with their cost and their files."""

from collections.abc import Iterable
from datetime import datetime

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils.text import slugify
from wagtail.documents import get_document_model
from wagtail.log_actions import log

from enquiries.campaigns import changing
from enquiries.campaigns.steps import IsClosed
from enquiries.models import Campaign, CampaignAction, CampaignChange
from people.models import User

CODE_LENGTH = 80


@transaction.atomic
def put(
    action: CampaignAction,
    *,
    at: datetime,
    by: User | None,
    new_files: Iterable[UploadedFile] = (),
    dropped_files: Iterable[int] = (),
    why: str = "",
) -> CampaignAction:
    """Save an action of a campaign, new or changed, with its files; a campaign that is live gets a mark.

    An empty code is made of the name, unique within the campaign. Raises IsClosed.
    """
    campaign = Campaign.objects.select_for_update(no_key=True).get(pk=action.campaign_id)
    if campaign.state == Campaign.State.CLOSED:
        raise IsClosed(campaign.pk)
    before = _fact(CampaignAction.objects.filter(pk=action.pk).first()) if action.pk else ""
    action.code = action.code or _free_code(action)
    action.currency = campaign.currency
    is_new = action.pk is None
    action.save()
    action.files.remove(*action.files.filter(pk__in=list(dropped_files)))
    for file in new_files:
        action.files.add(_file(file, by=by))
    changing.mark(campaign, CampaignChange.What.ACTION, before=before, after=_fact(action), at=at, by=by, why=why)
    log(instance=action, action="wagtail.create" if is_new else "wagtail.edit", user=by)
    return action


def holds(document_id: int) -> bool:
    """Whether a file belongs to an action of a campaign, and so is nobody's but the school's."""
    return CampaignAction.files.through.objects.filter(document_id=document_id).exists()


def _file(file: UploadedFile, *, by: User | None):
    model = get_document_model()
    return model.objects.create(title=(file.name or "")[:255], file=file, uploaded_by_user=by)


def _fact(action: CampaignAction | None) -> str:
    if action is None:
        return ""
    days = f"{action.starts_on}/{action.ends_on or ''}"
    return f"{action.state} {days} {action.cost_planned_minor} {action.currency} {action.name}"


def _free_code(action: CampaignAction) -> str:
    stem = slugify(action.name)[: CODE_LENGTH - 4] or "action"
    taken = set(action.campaign.actions.filter(code__startswith=stem).values_list("code", flat=True))
    return next(code for code in (stem, *(f"{stem}-{number}" for number in range(2, 1000))) if code not in taken)
