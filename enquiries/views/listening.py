"""Mentions and what we say ourselves: their pages, the acts on them, the file of a listening tool, the banner."""

import tempfile
from datetime import timedelta
from pathlib import Path

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST
from django.views.generic import TemplateView

from contact_centre.views.shared import DeskMixin
from enquiries.listening import mention_files, mentions, social
from enquiries.models import Mention, SocialPost
from enquiries.views.listening_forms import AnswerForm, MentionFileForm
from people.back_office import ReadOnlyInspectView
from people.importing.input_files import Unreadable
from people.walls import Panel

CHANGE, ADD = "enquiries.change_mention", "enquiries.add_mention"
MONTH = timedelta(days=30)


class MentionPageView(ReadOnlyInspectView):
    """One mention: what was said, by when it wants an answer, what we answered."""

    page_title = gettext_lazy("Mention")

    def get_page_subtitle(self):
        return self.object.author or str(self.object.get_network_display())

    def get_context_data(self, **kwargs):
        mention, user, at = self.object, self.request.user, timezone.now()
        may_change = user.has_perm(CHANGE)
        is_open = mention.needs_answer and mention.answered_at is None
        return super().get_context_data(**kwargs) | {
            "mention": mention,
            "is_late": bool(is_open and mention.due_at and mention.due_at <= at),
            "is_open": is_open,
            "form": AnswerForm() if may_change and mention.answered_at is None and mention.rival_id is None else None,
            "may_leave": may_change and is_open,
            "may_raise": user.has_perm(ADD) and not mention.is_crisis,
            "may_lift": user.has_perm(mentions.HANDLE_CRISIS) and mention.is_crisis,
            "may_see_person": user.has_perm("contact_centre.see_person_page"),
        }


def _mention(pk) -> Mention:
    return get_object_or_404(Mention, pk=pk)


@require_POST
@permission_required(CHANGE, raise_exception=True)
def answer_mention(request, pk):
    """Note what we answered."""
    mention, form = _mention(pk), AnswerForm(request.POST)
    if form.is_valid():
        try:
            mentions.answer(mention, text=form.cleaned_data["text"], at=timezone.now(), by=request.user)
            messages.success(request, _("The answer is noted."))
        except mentions.AlreadyAnswered:
            messages.warning(request, _("Somebody has answered it already."))
    else:
        messages.error(request, _("Write what was answered."))
    return redirect("mentions:inspect", pk)


@require_POST
@permission_required(CHANGE, raise_exception=True)
def leave_mention(request, pk):
    """Decide that it wants no answer."""
    try:
        mentions.needs_none(_mention(pk), at=timezone.now(), by=request.user)
        messages.success(request, _("It wants no answer."))
    except mentions.AlreadyAnswered:
        messages.warning(request, _("Somebody has answered it already."))
    return redirect("mentions:inspect", pk)


@require_POST
@permission_required(ADD, raise_exception=True)
def raise_crisis(request, pk):
    """Call it a crisis."""
    mentions.raise_crisis(_mention(pk), at=timezone.now(), by=request.user)
    messages.success(request, _("Those who handle a crisis have been told."))
    return redirect("mentions:inspect", pk)


@require_POST
@permission_required(mentions.HANDLE_CRISIS, raise_exception=True)
def lift_crisis(request, pk):
    """Declare it over."""
    mentions.lift_crisis(_mention(pk), at=timezone.now(), by=request.user)
    messages.success(request, _("The crisis is over."))
    return redirect("mentions:inspect", pk)


class MentionFileView(DeskMixin, TemplateView):
    """Take in what a listening tool exported: what was new, what was known, what could not be read and why."""

    any_permission = (ADD,)
    page_title = gettext_lazy("Import mentions")
    header_icon = "upload"
    trail = (("mentions:index", gettext_lazy("Mentions")),)
    template_name = "enquiries/admin/mentions_import.html"

    def get_context_data(self, **kwargs):
        return super().get_context_data(**{"form": MentionFileForm(), "report": None, **kwargs})

    def post(self, request, *args, **kwargs):
        form, report = MentionFileForm(request.POST, request.FILES), None
        if form.is_valid():
            try:
                report = _take_in(form.cleaned_data["file"], by=request.user)
                form = MentionFileForm()
            except Unreadable as why:
                form.add_error("file", str(why))
        context = self.get_context_data(form=form, report=report)
        return self.render_to_response(context, status=422 if form.errors else 200)


def _take_in(upload, *, by) -> mention_files.Report:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"mentions{Path(upload.name).suffix.lower()[:6]}"
        with path.open("wb") as kept:
            for chunk in upload.chunks():
                kept.write(chunk)
        return mention_files.take_in(path, at=timezone.now(), by=by)


class SocialView(DeskMixin, TemplateView):
    """Each channel: how often we mean to speak there, how often we did, and what is late."""

    any_permission = ("enquiries.view_socialchannel",)
    page_title = gettext_lazy("Social networks")
    header_icon = "comment"
    template_name = "enquiries/admin/social.html"

    def get_context_data(self, **kwargs):
        today = timezone.localdate()
        return super().get_context_data(
            voices=social.voices(on=today),
            overdue=list(social.overdue(on=today)[:20]),
            figures=mentions.figures(since=timezone.now() - MONTH, at=timezone.now()),
            target=mentions.TARGET_PERCENT,
            **kwargs,
        )


@require_POST
@permission_required("enquiries.change_socialpost", raise_exception=True)
def publish_post(request, pk):
    """Note that a planned post is out."""
    social.publish(get_object_or_404(SocialPost, pk=pk))
    messages.success(request, _("It is out."))
    return redirect("enquiries_social")


class CrisisPanel(Panel):
    """On the day of those who handle a crisis, above all else, until somebody declares it over."""

    order = 0
    name = "crisis"
    permissions = (mentions.HANDLE_CRISIS,)
    template_name = "enquiries/admin/mentions_crisis.html"

    def __init__(self, request):
        self.request = request

    @cached_property
    def crises(self) -> list[Mention]:
        return list(mentions.crises()[:3])

    def is_shown(self):
        return bool(self.crises)

    def get_context_data(self, parent_context=None):
        return {"crises": self.crises, "request": self.request}


class SaidPanel(Panel):
    """On somebody's page: what they said of us in public."""

    order = 320
    name = "mentions"
    permissions = ("enquiries.view_mention",)
    comes_later, heading = True, gettext_lazy("Said of us in public")
    template_name = "enquiries/admin/mentions_person.html"

    def __init__(self, request, person):
        self.person = person

    @cached_property
    def mentions(self) -> list[Mention]:
        return list(Mention.objects.filter(person=self.person).order_by("-said_at", "-pk")[:10])

    def is_shown(self):
        return bool(self.mentions)

    def get_context_data(self, parent_context=None):
        return {"mentions": self.mentions}
