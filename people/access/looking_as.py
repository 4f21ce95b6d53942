"""Looking at the product as somebody else: what they see, nothing they could do, for half an hour, with a witness.

Whoever helps a colleague or a student needs to see what they see. They may not see more than they may see anyway, may
change nothing, and every page they read is in the audit trail under both names.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.contrib.auth.models import Permission
from django.db.models import Q, QuerySet
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

from people.access import audit
from people.models import Person, User

MAY = "people.look_as"
KEY = "looking_as"  # in the session of whoever looks
LONGEST = timedelta(minutes=30)
# Floors whose pages are about people: the right to see one of them counts. Programmes and pages are public anyway.
ABOUT_PEOPLE = ("people", "contact_centre", "enquiries", "enrolment", "tutoring", "community", "insights")
# These open lists in which nobody is named.
NAMELESS = frozenset(
    {
        "community.view_forum",
        "contact_centre.view_kindpromise",
        "contact_centre.view_ladderstep",
        "contact_centre.view_messagetemplate",
        "contact_centre.view_workingcalendar",
        "enquiries.view_campaign",
        "enquiries.view_form",
        "enquiries.view_session",
        "enquiries.view_shortlink",
        "enquiries.view_socialchannel",
        "enquiries.view_socialpost",
        "insights.view_kpitarget",
        "tutoring.view_survey",
    }
)
# Whoever sees all sees what is somebody's own.
WIDER = {
    "enrolment.see_own_applicants": "enrolment.view_application",
    "people.see_own_people": "contact_centre.see_person_page",
    "tutoring.see_own_students": "tutoring.see_all_students",
    "tutoring.see_taught_students": "tutoring.see_all_students",
}
# Rights over others: who has one of them is not looked at by who has not.
GOVERNING = frozenset(
    {
        MAY,
        "auth.change_group",
        "people.add_user",
        "people.change_user",
        "people.delete_user",
        "people.erase_person",
        "people.export_person",
        "people.issue_apitoken",
        "people.review_audit",
    }
)


class CannotLook(Exception):
    """``why`` says in words why these eyes may not be borrowed."""

    def __init__(self, why: str):
        super().__init__(why)
        self.why = why


@dataclass(frozen=True)
class Look:
    """Whose eyes, and until when."""

    target: User
    until: datetime


def start(session: Any, target: User, *, by: User, at: datetime) -> Look:
    """Let ``by`` see the product as ``target`` for half an hour; noted in the audit trail of both.

    The session gets a new key, so that nobody who knew the old one looks along. Raises CannotLook.
    """
    if why := refusal(target, by=by):
        raise CannotLook(why)
    if KEY in session:
        raise CannotLook(_("You are looking as somebody already. Stop that first."))
    until = at + LONGEST
    session.cycle_key()
    session[KEY] = {"target": target.pk, "by": by.pk, "until": until.isoformat()}
    audit.note(
        act=audit.Act.LOOKED_AS, what="people.look_started", by=by, at=at, person=person_of(target), about=target
    )
    return Look(target, until)


def stop(session: Any, *, by: User, at: datetime, target: User | None = None) -> None:
    """End the look, on demand or because its time is over; without one nothing happens."""
    if session.pop(KEY, None) is None:
        return
    session.cycle_key()
    person = person_of(target) if target else None
    audit.note(act=audit.Act.LOOKED_AS, what="people.look_ended", by=by, at=at, person=person, about=target)


def current(session: Any, *, by: User, at: datetime) -> Look | None:
    """The look that this session is in; None if there is none, its time is over, or it is no longer allowed."""
    kept = session.get(KEY)
    if not kept or kept.get("by") != by.pk:
        return None
    until = parse_datetime(kept["until"])
    target = User.objects.filter(pk=kept["target"]).first()
    if until is None or at >= until or target is None or refusal(target, by=by):
        return None
    return Look(target, until)


def refusal(target: User, *, by: User) -> str:
    """Why ``by`` may not look as ``target``; empty if they may."""
    if not (by.is_active and by.has_perm(MAY)):
        return _("Looking as somebody else is not among your rights.")
    if target.pk == by.pk:
        return _("This is you.")
    if target.is_superuser:
        return _("Nobody looks as a superuser.")
    if not target.is_active:
        return _("This login is not active.")
    if not by.is_superuser:
        held = by.get_all_permissions()
        if any(right not in held and WIDER.get(right) not in held for right in weighing(target)):
            return _("They may see or decide more than you.")
    return ""


def weighing(user: User) -> set[str]:
    """The rights of ``user`` that count as more: to see pages about people, and to rule over others."""
    return {name for name in user.get_all_permissions() if name in GOVERNING or _opens_pages_about_people(name)}


def find(text: str, *, by: User) -> list[tuple[User, str]]:
    """Logins by name or address, staff first, with why ``by`` may not look as them."""
    logins = User.objects.filter(is_active=True, is_superuser=False).exclude(pk=by.pk)
    for word in text.split()[:4]:
        logins = logins.filter(
            Q(email__icontains=word) | Q(first_name__icontains=word) | Q(last_name__icontains=word) | _named(word)
        )
    staff = logins.filter(groups__permissions__in=_entering()).distinct().order_by("first_name", "email")
    found = list(staff.prefetch_related("groups")[:40])
    if text:
        rest = logins.exclude(pk__in=staff.order_by().values("pk")).select_related("person").order_by("email")
        found += list(rest[:20])
    return [(login, refusal(login, by=by)) for login in found]


def person_of(user: User) -> Person | None:
    return Person.objects.filter(user=user).first()


def _opens_pages_about_people(right: str) -> bool:
    app, _dot, codename = right.partition(".")
    return app in ABOUT_PEOPLE and codename.startswith(("view_", "see_")) and right not in NAMELESS


def _named(word: str) -> Q:
    return Q(person__given_name__icontains=word) | Q(person__family_name__icontains=word)


def _entering() -> QuerySet[Permission]:
    return Permission.objects.filter(content_type__app_label="wagtailadmin", codename="access_admin")
