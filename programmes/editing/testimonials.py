"""Testimonials: shown while a permission holds, taken down at once when it is withdrawn."""

from datetime import datetime

from django.db import transaction
from django.utils import timezone
from wagtail.log_actions import log

from people.models import User
from programmes.models import Testimonial


class NotPermitted(Exception):
    """No permission that holds is written down: what they saw, how they said yes, and when."""


@transaction.atomic
def show(testimonial: Testimonial, *, at: datetime, by: User) -> Testimonial:
    """Let the website show it. Raises NotPermitted unless its permission is written down and holds."""
    testimonial = Testimonial.objects.select_for_update().get(pk=testimonial.pk)
    if not is_permitted(testimonial, at=at):
        raise NotPermitted(testimonial.pk)
    if not testimonial.is_shown:
        testimonial.is_shown, testimonial.by = True, by
        testimonial.save(update_fields=["is_shown", "by"])
        log(instance=testimonial, action="programmes.show_testimonial", user=by)
    return testimonial


@transaction.atomic
def hide(testimonial: Testimonial, *, by: User) -> Testimonial:
    """Take it off the website; the permission stays."""
    testimonial = Testimonial.objects.select_for_update().get(pk=testimonial.pk)
    if testimonial.is_shown:
        testimonial.is_shown = False
        testimonial.save(update_fields=["is_shown"])
        log(instance=testimonial, action="programmes.hide_testimonial", user=by)
    return testimonial


@transaction.atomic
def withdraw(testimonial: Testimonial, *, at: datetime, by: User) -> Testimonial:
    """Note that the permission was withdrawn, and take it off the website; a second time changes nothing.

    The consent act lets anybody withdraw at any time (GDPR art. 7.3); a new permission needs a new testimonial, so that
    the proof of each stays whole.
    """
    testimonial = Testimonial.objects.select_for_update().get(pk=testimonial.pk)
    if testimonial.withdrawn_at is None:
        testimonial.is_shown, testimonial.withdrawn_at = False, at
        testimonial.save(update_fields=["is_shown", "withdrawn_at"])
        log(instance=testimonial, action="programmes.withdraw_testimonial", user=by)
    return testimonial


def is_permitted(testimonial: Testimonial, *, at: datetime) -> bool:
    """Whether a whole permission is written down, has begun and has not ended."""
    until = testimonial.permitted_until
    return bool(
        testimonial.permission_text
        and testimonial.permission_proof
        and testimonial.permitted_at
        and testimonial.permitted_at <= at
        and testimonial.withdrawn_at is None
        and (until is None or until >= timezone.localdate(at))
    )
