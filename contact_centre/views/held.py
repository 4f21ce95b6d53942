"""Letters and texts that touched no case: read, filed by hand, put aside; and the files that came with any."""

from contextlib import suppress
from datetime import datetime

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.core.exceptions import PermissionDenied
from django.core.files.storage import storages
from django.db.models import Count, Prefetch
from django.http import FileResponse, Http404
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_GET, require_POST
from django.views.generic import TemplateView

from contact_centre.inbound import filing, reply_addresses, senders
from contact_centre.models import Case, InboundAttachment, InboundMessage
from contact_centre.views.shared import READ, TAKE, DeskMixin
from people.access import audit
from people.identity import identities
from people.models import Identity, OutgoingMessage, Person
from people.walls import Panel

FILE, SEE_LETTERS = "contact_centre.file_inbound", "contact_centre.view_inboundmessage"
State = InboundMessage.State
TABS = (State.HELD, State.AUTOMATIC, State.DROPPED)
SHOWN = 50
FOUND = 5


class HeldView(DeskMixin, TemplateView):
    """What is held, the oldest first: somebody waits behind each."""

    any_permission = (FILE, SEE_LETTERS)
    header_icon = "mail"
    page_title = gettext_lazy("Held letters")
    template_name = "contact_centre/admin/channels_held.html"

    def get_context_data(self, **kwargs):
        asked = self.request.GET.get("state", "")
        state = asked if asked in TABS else State.HELD
        counts = dict(
            InboundMessage.objects.filter(state__in=(State.HELD,)).values_list("state").annotate(count=Count("pk"))
        )
        rows = list(_rows(state, self.request.GET.get("after", ""))[: SHOWN + 1])
        return super().get_context_data(
            letters=[(one, why_of(one)) for one in rows[:SHOWN]],
            later=rows[SHOWN - 1].received_at.isoformat() if len(rows) > SHOWN else "",
            state=state,
            tabs=[(tab.value, _label(tab), counts.get(tab, 0)) for tab in TABS],
            **kwargs,
        )


class HeldLetterView(DeskMixin, TemplateView):
    """One of them, with the cases it may belong to."""

    any_permission = (FILE, SEE_LETTERS)
    header_icon = "mail"
    template_name = "contact_centre/admin/channels_held_letter.html"
    trail = (("contact_centre_held", gettext_lazy("Held letters")),)

    @cached_property
    def letter(self) -> InboundMessage:
        return get_object_or_404(InboundMessage, uuid=self.kwargs["uuid"])

    def get_page_title(self):
        return self.letter.subject or self.letter.sender or _("A text")

    def get(self, request, *args, **kwargs):
        if self.letter.state == State.FILED and self.letter.case:
            return redirect("contact_centre_case", self.letter.case.uuid)
        audit.note(
            act=audit.Act.READ,
            what="contact_centre.letter",
            by=request.user,
            at=timezone.now(),
            person=self.letter.person,
            about=self.letter,
        )
        return super().get(request, *args, **kwargs)

    def get_context_data(self, **kwargs):
        sought = self.request.GET.get("q", "").strip()[:100]
        may_file = self.request.user.has_perm(FILE) and self.letter.state in (State.HELD, State.AUTOMATIC)
        return super().get_context_data(
            letter=self.letter,
            why=why_of(self.letter),
            files=list(self.letter.attachments.all()),
            may_file=may_file,
            # Where the sender is in doubt nothing is chosen beforehand: somebody has to.
            is_doubted=self.letter.why in (filing.CONTRADICTS, filing.DOUBTED),
            sought=sought,
            people=_people(self.letter, sought) if may_file else [],
            **kwargs,
        )


@require_POST
@permission_required(FILE, raise_exception=True)
def file_letter(request, uuid):
    letter = get_object_or_404(InboundMessage, uuid=uuid)
    kind, _colon, number = request.POST.get("home", "").partition(":")
    try:
        home = {
            "case": lambda: {"case": get_object_or_404(Case, uuid=number)},
            "person": lambda: {"person": get_object_or_404(Person.objects.known(), uuid=number)},
        }.get(kind, dict)()
        letter = filing.file_by_hand(letter, by=request.user, at=timezone.now(), **home)
    except filing.NotHeld:
        messages.error(request, _("Somebody has dealt with this letter meanwhile."))
        return redirect("contact_centre_held")
    except filing.NoSender:
        messages.error(request, _("It has no address that we could answer at: find the person it is from."))
        return redirect("contact_centre_held_letter", uuid)
    messages.success(request, _("Filed. The clock of the case runs."))
    return redirect("contact_centre_case", letter.case.uuid)


@require_POST
@permission_required(FILE, raise_exception=True)
def drop_letter(request, uuid):
    try:
        filing.drop(get_object_or_404(InboundMessage, uuid=uuid), by=request.user, at=timezone.now())
        messages.success(request, _("Put aside."))
    except filing.NotHeld:
        messages.error(request, _("Somebody has dealt with this letter meanwhile."))
    return redirect("contact_centre_held")


@require_GET
def file_of_letter(request, uuid):
    """A file that came with a letter: always saved, never shown, and noted in the audit."""
    if not any(request.user.has_perm(name) for name in (READ, TAKE, FILE)):
        raise PermissionDenied
    files = InboundAttachment.objects.select_related("message__person")
    found = get_object_or_404(files.exclude(kept_as=""), uuid=uuid)
    if not storages["private"].exists(found.kept_as):
        raise Http404
    audit.note(
        act=audit.Act.EXPORTED,
        what="contact_centre.letter_file",
        by=request.user,
        at=timezone.now(),
        person=found.message.person,
        about=found,
    )
    # As bytes without a meaning: whatever stands in it, no browser runs or shows it on our address.
    response = FileResponse(
        storages["private"].open(found.kept_as),
        as_attachment=True,
        filename=found.name,
        content_type="application/octet-stream",
    )
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "sandbox; default-src 'none'"
    response["Cache-Control"] = "private, no-store"
    return response


class HeldPanel(Panel):
    """On my day: how many letters wait for somebody to look at them."""

    template_name = "contact_centre/admin/channels_held_panel.html"
    order = 30
    permissions = (FILE,)

    @cached_property
    def count(self) -> int:
        return InboundMessage.objects.filter(state=State.HELD)[:100].count()

    def is_shown(self):
        return bool(self.count)

    def get_context_data(self, parent_context=None):
        words = ngettext("%(n)d letter is held", "%(n)d letters are held", self.count) % {"n": self.count}
        return {"words": words}


def why_of(letter: InboundMessage) -> str:
    """Why it is where it is, in the language of the reader: the words stand in the row as they are in the code."""
    if letter.state == State.AUTOMATIC:
        return _("A program wrote it (%(mark)s).") % {"mark": letter.why}
    return _(letter.why) if letter.why else ""


def _label(state: str) -> str:
    return {
        State.HELD: _("Held"),
        State.AUTOMATIC: _("Automatic replies"),
        State.DROPPED: _("Put aside"),
    }[State(state)]


def _rows(state: str, after: str):
    rows = InboundMessage.objects.filter(state=state)
    if state != State.HELD:
        return rows.order_by("-received_at", "-pk")
    with suppress(ValueError):  # an address that somebody changed begins at the beginning
        since = datetime.fromisoformat(after)
        rows = rows.filter(received_at__gt=since) if timezone.is_aware(since) else rows
    return rows.order_by("received_at", "pk")


def _answered(letter: InboundMessage) -> OutgoingMessage | None:
    """The message of ours that it says it answers: whoever that was to may have another address."""
    message, _why = reply_addresses.read((letter.to,), at=letter.received_at)
    return message or senders.message_of_thread(tuple(letter.thread_ids))


def _people(letter: InboundMessage, sought: str) -> list[tuple[Person, list[Case]]]:
    """Whom it may be from, with their open cases: those found, else whoever has the address or is answered by it."""
    if sought:
        people = identities.find(sought, most=FOUND)
    else:
        known = Identity.objects.filter(value=letter.sender, person__erased_at=None).values("person")
        people = list(Person.objects.filter(pk__in=known)[:FOUND])
        people += [one.person for one in (_answered(letter),) if one is not None]
    cases = Case.objects.open().select_related("programme").order_by("-opened_at")
    found = Person.objects.filter(pk__in=[one.pk for one in people]).prefetch_related(
        Prefetch("cases", queryset=cases, to_attr="open_cases")
    )
    return [(one, one.open_cases[:FOUND]) for one in found]
