"""How a wording becomes the one that is used: written, proposed, approved or sent back; each version stays readable."""

import difflib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.contrib.auth.models import Permission
from django.db import transaction
from django.db.models import Max, Q
from wagtail.log_actions import log

from contact_centre import seen
from contact_centre.models import Case, MessageTemplate, Segment, TemplateVersion
from contact_centre.wording import language as grammar
from contact_centre.wording import words
from contact_centre.wording.language import Fault
from people.models import Language, User
from programmes.models import Field, Programme

State = TemplateVersion.State
PENDING = (State.DRAFT, State.PROPOSED, State.SENT_BACK)
MOVES = {
    State.DRAFT: {State.PROPOSED},
    State.PROPOSED: {State.DRAFT, State.APPROVED, State.SENT_BACK},
    State.SENT_BACK: {State.DRAFT, State.PROPOSED},
    State.APPROVED: set(),
}


class Faulty(Exception):
    """The text cannot be filled; ``faults`` says where and why."""

    def __init__(self, faults: Sequence[Fault]):
        super().__init__("; ".join(map(str, faults)))
        self.faults = list(faults)


class NotNow(Exception):
    """The version is not in a state in which this can be done, or another was approved meanwhile."""


class OwnProposal(Exception):
    """Whoever wrote a text does not approve it, where somebody else can."""


@dataclass(frozen=True)
class Line:
    """One line of a comparison: ``mark`` is "+" for new, "-" for old, "" for both."""

    mark: str
    text: str


def faults_of(text: str) -> list[Fault]:
    """What is wrong with a text: words that do not exist, blocks that are not closed, values nobody has."""
    asked = {name for name, _value in grammar.tests_in(text)}
    values: dict[str, list[str]] = {
        "language": list(Language.values),
        "kind": list(Case.Kind.values),
        "phase": [phase for phase in MessageTemplate.Phase.values if phase],
    }
    for name, column in (("programme", Programme.objects.values_list("code", flat=True)),
                         ("field", Field.objects.values_list("slug", flat=True)),
                         ("segment", Segment.objects.values_list("slug", flat=True))):  # fmt: skip
        if name in asked:
            values[name] = list(column)
    return grammar.check(text, words=words.forms(), values=values)


@transaction.atomic
def write(
    template: MessageTemplate, *, subject: str, body: str, by: User, at: datetime, started_from: str = ""
) -> TemplateVersion:
    """Keep what was typed as the pending version of ``template``: a new one, or the draft that is there.

    A proposal that is changed is a draft again. ``started_from`` is the ``mark`` of the text that the writer opened.
    Raises Faulty if the text cannot be filled, and seen.Overtaken if somebody else has written since.
    """
    if faults := [*faults_of(subject), *faults_of(body)]:
        raise Faulty(faults)
    template = MessageTemplate.objects.select_for_update().get(pk=template.pk)
    version = pending(template)
    if version is None or (version.subject, version.body) != (subject, body):
        seen.check(started_from, mark(template))
    _keep_live(template, at=at)
    if version is None:
        last = template.versions.aggregate(last=Max("number"))["last"] or template.number
        version = TemplateVersion(template=template, number=last + 1)
    elif (version.subject, version.body) == (subject, body):
        return version
    version.subject, version.body, version.state, version.why = subject, body, State.DRAFT, ""
    version.written_at, version.written_by, version.decided_at, version.decided_by = at, by, None, None
    version.save()
    return version


def pending(template: MessageTemplate) -> TemplateVersion | None:
    """The version that is being written or waits for approval."""
    return template.versions.filter(state__in=PENDING).order_by("-number").first()


def mark(template: MessageTemplate) -> str:
    """The mark of the text that an editor shows: the pending one, else the one in use. Approval does not change it."""
    shown = pending(template) or template
    return seen.mark(shown.number, shown.subject, shown.body)


@transaction.atomic
def propose(version: TemplateVersion, *, by: User, at: datetime) -> TemplateVersion:
    """Ask for the approval of ``version``. Raises NotNow, or Faulty if a word it uses is gone by now."""
    version = _locked(version, State.PROPOSED)
    _move(version, State.PROPOSED, action="contact_centre.propose_template", by=by)
    return version


@transaction.atomic
def approve(version: TemplateVersion, *, by: User, at: datetime, looked_at: str = "") -> MessageTemplate:
    """Make ``version`` the text that is used from now on. ``looked_at`` is the ``mark`` of what was read.

    Raises NotNow, Faulty, OwnProposal (``may_approve``), and seen.Overtaken if it was written anew since.
    """
    version = _locked(version, State.APPROVED)
    seen.check(looked_at, mark(version.template))
    if not may_approve(version, by):
        raise OwnProposal(version.pk)
    version.decided_at, version.decided_by = at, by
    _move(version, State.APPROVED, action="contact_centre.approve_template", by=by)
    template = version.template
    template.subject, template.body, template.number = version.subject, version.body, version.number
    template.save(update_fields=["subject", "body", "number"])
    return template


@transaction.atomic
def send_back(version: TemplateVersion, *, why: str, by: User, at: datetime) -> TemplateVersion:
    """Return a proposal to whoever wrote it, with what is to be changed. Raises NotNow."""
    version = _locked(version, State.SENT_BACK)
    version.decided_at, version.decided_by, version.why = at, by, why[:250]
    _move(version, State.SENT_BACK, action="contact_centre.send_back_template", by=by)
    return version


def may_approve(version: TemplateVersion, user: User) -> bool:
    """Whether ``user`` may approve it: with the right, and not their own unless nobody else has that right."""
    if not user.has_perm("contact_centre.approve_template"):
        return False
    return version.written_by_id != user.pk or not approvers().exclude(pk=user.pk).exists()


def approvers():
    """Who can approve templates."""
    right = Permission.objects.filter(codename="approve_template", content_type__app_label="contact_centre")
    holds = Q(groups__permissions__in=right) | Q(user_permissions__in=right) | Q(is_superuser=True)
    return User.objects.filter(holds, is_active=True).distinct()


def compare(old: str, new: str) -> list[Line]:
    """The lines of two texts: those that went, those that came, those that stayed."""
    marks = {"- ": "-", "+ ": "+", "  ": ""}
    lines = difflib.ndiff(old.splitlines(), new.splitlines())
    return [Line(marks[line[:2]], line[2:]) for line in lines if line[:2] in marks]


def _keep_live(template: MessageTemplate, *, at: datetime) -> None:
    """What is used now stays readable once it is replaced, also where it was written before versions were kept."""
    if template.number and not template.versions.filter(number=template.number).exists():
        TemplateVersion.objects.create(
            template=template,
            number=template.number,
            subject=template.subject,
            body=template.body,
            state=State.APPROVED,
            written_at=at,
            decided_at=at,
        )


def _locked(version: TemplateVersion, to: str) -> TemplateVersion:
    version = TemplateVersion.objects.select_for_update().select_related("template").get(pk=version.pk)
    if to not in MOVES[State(version.state)]:
        raise NotNow(version.pk)
    if to != State.SENT_BACK and (faults := [*faults_of(version.subject), *faults_of(version.body)]):
        raise Faulty(faults)
    return version


def _move(version: TemplateVersion, state: str, *, action: str, by: User) -> None:
    version.state = state
    version.save(update_fields=["state", "decided_at", "decided_by", "why"])
    log(instance=version.template, action=action, user=by, data={"number": version.number})
