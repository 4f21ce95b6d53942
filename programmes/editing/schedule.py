"""Scheduled publishing: what was approved for an instant goes live then, and what was to end then ends."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

import structlog
from django.db import transaction
from django.db.models import QuerySet
from wagtail.models import Page, Revision

log = structlog.get_logger("matricula.schedule")


def publish_due(*, at: datetime) -> dict[str, int]:
    """Publish the pages whose time has come by ``at``, and unpublish those whose time is over; say how many.

    One transaction for each page, claimed by its row, so that two sweeps at once do it once. A page that fails is
    logged and tried again by the next sweep; the others go on.
    """
    return {"pages_expired": _each(_over(at), _end), "pages_published": _each(_approved(at), _publish)}


def keep_live(page: Page) -> None:
    """Give a live page that never was a draft (built, imported) a revision of what is live.

    Without one Wagtail takes a page off the website when its next version is scheduled.
    """
    live = Page.objects.filter(pk=page.pk, live=True, live_revision=None).first()
    if live is None:
        return
    told = live.specific
    revision = Revision.objects.create(
        content_object=told,
        base_content_type=told.get_base_content_type(),
        object_str=str(told),
        content=told.serializable_data(),
        created_at=told.last_published_at or told.latest_revision_created_at,  # before any draft there may be
    )
    Page.objects.filter(pk=page.pk).update(live_revision=revision)
    page.live_revision = revision  # whoever holds the page goes on with it


def _over(at: datetime) -> QuerySet[Page]:
    return Page.objects.filter(live=True, expire_at__lt=at).order_by("expire_at")


def _approved(at: datetime) -> QuerySet[Revision]:
    return Revision.objects.filter(approved_go_live_at__lte=at).order_by("approved_go_live_at")


def _each(due: QuerySet, act: Callable[[Any], None]) -> int:
    done = 0
    for pk in list(due.values_list("pk", flat=True)):
        try:
            with transaction.atomic():
                claimed = due.select_for_update(skip_locked=True, of=("self",)).filter(pk=pk).first()
                if claimed is not None:
                    act(claimed)
                    done += 1
        except Exception:
            log.exception("scheduled_publishing_failed", pk=pk, kind=due.model.__name__)
    return done


def _end(page: Page) -> None:
    page.unpublish(set_expired=True, log_action="wagtail.unpublish.scheduled")


def _publish(revision: Revision) -> None:
    # Its time has come, whatever the machine's clock says: Wagtail would compare the two, and with a moved clock take
    # the page off until then.
    revision.content["go_live_at"] = None
    revision.save(update_fields=["content"])
    revision.publish(log_action="wagtail.publish.scheduled")
