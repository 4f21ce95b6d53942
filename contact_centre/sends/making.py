"""A send from draft to approval: who may say yes, and what must be right before."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import Q
from wagtail.log_actions import log

from contact_centre import seen
from contact_centre.models import Send, SendVariant
from contact_centre.sends import checking
from people.models import User

PERMISSION = "approve_send"


class NotADraft(Exception):
    """The send was approved already; what leaves is what was approved."""


class OwnSend(Exception):
    """Nobody approves what they wrote while somebody else could."""


class NotReady(Exception):
    """Something on the check list bars it; ``args`` are the findings."""


@dataclass(frozen=True)
class Wording:
    """One variant as it is written: without ``template_code`` its share of people is held out to compare."""

    name: str
    template_code: str = ""
    share: int = 1


@transaction.atomic
def make(*, by: User | None, at: datetime, variants: Sequence[Wording], **fields) -> Send:
    """Write down a draft; ``fields`` are those of ``Send`` that staff choose."""
    send = Send.objects.create(made_by=by, made_at=at, **fields)
    _write_variants(send, variants)
    return send


@transaction.atomic
def change(send: Send, *, by: User | None, variants: Sequence[Wording], started_from: str = "", **fields) -> Send:
    """Change a draft; ``started_from`` is the ``mark`` of what the writer opened. Raises NotADraft, seen.Overtaken."""
    send = Send.objects.select_for_update().get(pk=send.pk)
    if send.state != Send.State.DRAFT:
        raise NotADraft(send.pk)
    seen.check(started_from, mark(send))
    for name, value in {**fields, "changed_by": by}.items():
        setattr(send, name, value)
    send.save(update_fields=[*fields, "changed_by"])
    send.variants.all().delete()
    _write_variants(send, variants)
    return send


@transaction.atomic
def approve(send: Send, *, by: User, at: datetime, looked_at: str = "") -> Send:
    """Say yes: it leaves at its hour, or at once if that is past or none was chosen.

    ``looked_at`` is the ``mark`` of the draft that was read. Raises NotADraft, OwnSend, NotReady with what bars it, and
    seen.Overtaken if the draft was changed since.
    """
    send = Send.objects.select_for_update().get(pk=send.pk)
    if send.state != Send.State.DRAFT:
        raise NotADraft(send.pk)
    if not may_approve(send, by=by):
        raise OwnSend(send.pk)
    seen.check(looked_at, mark(send))
    if bars := [one for one in checking.check(send, at=at).findings if one.bars]:
        raise NotReady(*bars)
    send.state, send.approved_at, send.approved_by = Send.State.APPROVED, at, by
    send.due_at = send.due_at or at
    send.save(update_fields=["state", "approved_at", "approved_by", "due_at"])
    log(instance=send, action="contact_centre.approve_send", user=by)
    return send


def mark(send: Send) -> str:
    """The mark of a draft with its wordings: another once anybody has changed anything of it."""
    wordings = send.variants.order_by("position", "pk").values_list("name", "template_code", "share")
    return seen.mark(Send.objects.get(pk=send.pk), *wordings)


def may_approve(send: Send, *, by: User) -> bool:
    """Whether ``by`` is another than who wrote it last, or the only one who may approve at all."""
    if not by.has_perm(f"contact_centre.{PERMISSION}"):
        return False
    return (send.changed_by_id or send.made_by_id) != by.pk or not _others(by).exists()


def _others(by: User):
    allowed = Q(is_superuser=True)
    for holder in ("groups__permissions", "user_permissions"):
        allowed |= Q(**{f"{holder}__codename": PERMISSION, f"{holder}__content_type__app_label": "contact_centre"})
    return User.objects.filter(allowed, is_active=True).exclude(pk=by.pk)


def _write_variants(send: Send, variants: Sequence[Wording]) -> None:
    SendVariant.objects.bulk_create(
        SendVariant(send=send, name=one.name, template_code=one.template_code, share=one.share, position=place)
        for place, one in enumerate(variants)
    )
