"""Templates: the list with its languages, the editor with its preview, versions and their approval."""

from dataclasses import dataclass
from typing import Any, cast

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST
from django.views.generic import TemplateView

from contact_centre import seen
from contact_centre.matrix import moments
from contact_centre.models import Case, MessageTemplate, TemplateVersion
from contact_centre.views.shared import DeskMixin
from contact_centre.views.template_forms import LookForm, NewForm, SettingsForm, TextForm, WhyForm
from contact_centre.wording import parity, rendering, trying, versions, words
from people.access import visibility
from people.identity import identities
from people.models import Channel, Language, Person, Purpose
from programmes.models import Programme

SEE_THEM, WRITE, ADD, APPROVE = (
    f"contact_centre.{name}"
    for name in ("view_messagetemplate", "change_messagetemplate", "add_messagetemplate", "approve_template")
)
FOUND = 6
SMS_LETTERS = 160


@dataclass(frozen=True)
class Typed:
    """A text as it is being typed."""

    subject: str
    body: str
    language: str


class TemplatesView(DeskMixin, TemplateView):
    """Every text with its languages: what is ready, waits, is missing or fell behind the others."""

    any_permission = (SEE_THEM,)
    page_title = gettext_lazy("Templates")
    header_icon = "snippet"
    template_name = "contact_centre/admin/templates_list.html"

    def get_context_data(self, **kwargs):
        asked = self.request.GET
        rows = MessageTemplate.objects.all()
        if asked.get("channel") in Channel.values:
            rows = rows.filter(channel=asked["channel"])
        if asked.get("kind") in Case.Kind.values:
            rows = rows.filter(kind=asked["kind"])
        found = parity.texts(rows)
        gaps = parity.gaps(found)
        sought = asked.get("q", "").strip().lower()[:100]
        if sought:
            found = [text for text in found if sought in text.title.lower() or sought in text.code]
        if asked.get("show") == "gaps":
            found = [text for text in found if not text.is_whole]
        waiting = TemplateVersion.objects.filter(state=TemplateVersion.State.PROPOSED)
        return super().get_context_data(
            texts=found,
            gaps=gaps,
            sought=sought,
            asked=asked,
            languages=Language.choices,
            channels=[(one.value, one.label) for one in (Channel.EMAIL, Channel.WHATSAPP, Channel.SMS, Channel.PHONE)],
            kinds=Case.Kind.choices,
            moments=dict(moments.choices()),
            waiting=waiting.select_related("template", "written_by").order_by("written_at"),
            may_add=self.request.user.has_perm(ADD),
            **kwargs,
        )


class NewTemplateView(DeskMixin, TemplateView):
    """A new text, or a text in another language, started from what another language says."""

    any_permission = (ADD,)
    page_title = gettext_lazy("New template")
    header_icon = "snippet"
    template_name = "contact_centre/admin/template_new.html"
    trail = (("contact_centre_templates", gettext_lazy("Templates")),)

    @cached_property
    def source(self) -> MessageTemplate | None:
        asked = self.request.GET.get("of", "")
        return MessageTemplate.objects.filter(pk=asked).first() if asked.isdecimal() and len(asked) < 19 else None

    def post(self, request, *args, **kwargs):
        form = NewForm(request.POST, source=self.source)
        if not form.is_valid():
            return self.render_to_response(self.get_context_data(form=form), status=422)
        template = form.save()
        if self.source is not None:
            versions.write(
                template, subject=self.source.subject, body=self.source.body, by=request.user, at=timezone.now()
            )
        return redirect("contact_centre_template", template.pk)

    def get_context_data(self, form=None, **kwargs):
        initial = {"channel": Channel.EMAIL, "language": self.request.GET.get("language", "")}
        if self.source is not None:
            names = ("title", "channel", "moment", "kind", "purpose", "phase", "topic")
            initial |= {name: getattr(self.source, name) for name in names}
            if self.request.GET.get("channel") in Channel.values:
                initial["channel"] = self.request.GET["channel"]
        return super().get_context_data(
            form=form or NewForm(initial=initial, source=self.source), source=self.source, **kwargs
        )


class TemplateEditor(DeskMixin, TemplateView):
    """One text: what it says, how a real person would read it, its versions, and who lets it out."""

    any_permission = (SEE_THEM,)
    header_icon = "snippet"
    template_name = "contact_centre/admin/template_edit.html"
    trail = (("contact_centre_templates", gettext_lazy("Templates")),)
    text_form = settings_form = None  # a refused form is shown again with what was typed
    is_overtaken = False

    @cached_property
    def template(self) -> MessageTemplate:
        return get_object_or_404(MessageTemplate, pk=self.kwargs["pk"])

    def get_page_title(self):
        return self.template.title

    def post(self, request, *args, **kwargs):
        """Show the editor again with what was typed; saving has an address of its own."""
        self.text_form = self.text_form or TextForm(request.POST)
        return self.render_to_response(self.get_context_data(), status=422)

    def get_context_data(self, **kwargs):
        template, user = self.template, self.request.user
        held = list(template.versions.select_related("written_by", "decided_by").order_by("-number"))
        pending = next((one for one in held if one.state in versions.PENDING), None)
        shown = pending or template
        form = self.text_form or TextForm(initial={"subject": shown.subject, "body": shown.body})
        siblings = MessageTemplate.objects.filter(code=template.code, channel=template.channel)
        may_approve = user.has_perm(APPROVE)
        return super().get_context_data(
            template=template,
            versions=held,
            pending=pending,
            form=form,
            settings_form=self.settings_form or SettingsForm(instance=template, may_approve=may_approve),
            why_form=WhyForm(),
            may_write=user.has_perm(WRITE),
            may_approve_this=pending is not None and versions.may_approve(pending, user),
            has_right=may_approve,
            sources=words.sources(),
            text=parity.texts(siblings)[0],
            seen=("" if self.is_overtaken else self.request.POST.get("seen", "")) or versions.mark(template),
            may_add=user.has_perm(ADD),
            **look(self.request, template, typed=form),
            **kwargs,
        )


def look(request, template: MessageTemplate, *, typed: TextForm) -> dict[str, Any]:
    """How the text that is being typed reads for one person, or what is wrong with it."""
    values = typed.data if typed.is_bound else typed.initial
    text = Typed(values.get("subject", ""), values.get("body", ""), template.language)
    asked = LookForm(request.POST if request.method == "POST" else request.GET)
    asked.is_valid()
    faults = [
        (label, fault)
        for label, said in ((_("Subject"), text.subject), (_("Text"), text.body))
        for fault in versions.faults_of(said)
    ]
    sees_all = visibility.people_seen_by(request.user) is True
    visible = Person.objects.known().visible_to(request.user)
    sought = asked.cleaned_data.get("q", "")
    found = identities.find(sought, most=FOUND, among=None if sees_all else visible) if sought else []
    chosen = asked.cleaned_data.get("reader")
    reader = next((one for one in found if one.uuid == chosen), found[0] if found else None)
    if reader is None and chosen:
        reader = visible.filter(uuid=chosen).first()
    reader = reader or _usual_reader(template, visible)
    context = {"look_form": asked, "faults": faults, "found": found, "reader": reader, "sought": sought}
    if reader is None or faults:
        return context
    case = reader.cases.select_related("programme__field", "person").order_by("-opened_at").first()
    programme = asked.cleaned_data.get("programme") or (case.programme if case else None)
    programme = programme or Programme.objects.filter(is_open=True).order_by("pk").first()
    filled = rendering.render(
        cast(rendering.Text, text), person=reader, at=timezone.now(), case=case, programme=programme, by=request.user,
    )  # fmt: skip
    labels = words.all_words()
    return context | {
        "filled": filled,
        "parts": _marked(filled.body),
        "missing": [(code, labels[code].label if code in labels else code) for code in filled.missing],
        "shown_programme": programme,
        "letters": len(filled.body),
        "texts_needed": -(-len(filled.body) // SMS_LETTERS) if template.channel == Channel.SMS else 0,
    }


@require_POST
@permission_required(SEE_THEM, raise_exception=True)
def check(request, pk):
    """The preview anew, while the text is typed; without JavaScript the whole editor."""
    template = get_object_or_404(MessageTemplate, pk=pk)
    form = TextForm(request.POST)
    if not request.htmx:
        return TemplateEditor.as_view(text_form=form)(request, pk=pk)
    context = look(request, template, typed=form) | {"template": template}
    return render(request, "contact_centre/admin/template_look.html", context)


@require_POST
@permission_required(WRITE, raise_exception=True)
def save(request, pk):
    """Keep what was typed; with ``then=propose`` ask for its approval as well."""
    template = get_object_or_404(MessageTemplate, pk=pk)
    form, at = TextForm(request.POST), timezone.now()
    if not form.is_valid():
        return TemplateEditor.as_view(text_form=form)(request, pk=pk)
    try:
        opened = request.POST.get("seen", "")
        version = versions.write(template, by=request.user, at=at, started_from=opened, **form.cleaned_data)
    except seen.Overtaken:
        messages.warning(request, seen.NOT_SAVED)
        return TemplateEditor.as_view(text_form=form, is_overtaken=True)(request, pk=pk)
    if request.POST.get("then") == "propose" and version.state != TemplateVersion.State.PROPOSED:
        versions.propose(version, by=request.user, at=at)
        messages.success(request, _("Proposed: it is used as soon as it is approved."))
    else:
        messages.success(request, _("Kept as a draft. What is in use has not changed."))
    return redirect("contact_centre_template", pk)


@require_POST
@permission_required(WRITE, raise_exception=True)
def settings(request, pk):
    """Change what a template is for, or put it out of use."""
    template = get_object_or_404(MessageTemplate, pk=pk)
    form = SettingsForm(request.POST, instance=template, may_approve=request.user.has_perm(APPROVE))
    if not form.is_valid():
        return TemplateEditor.as_view(settings_form=form)(request, pk=pk)
    form.save()
    messages.success(request, _("The settings are saved."))
    return redirect("contact_centre_template", pk)


@require_POST
@permission_required(SEE_THEM, raise_exception=True)
def try_out(request, pk):
    """Send what is being typed, filled for the person of the preview, to the one who types."""
    template = get_object_or_404(MessageTemplate, pk=pk)
    context = look(request, template, typed=TextForm(request.POST))
    if context.get("filled") is None:
        messages.error(request, _("Not sent: correct what is wrong with the text first."))
    else:
        trying.send_to_self(context["filled"], purpose=template.purpose or Purpose.ENQUIRY, by=request.user)
        messages.success(request, _("Sent to %(address)s.") % {"address": request.user.email})
    if request.htmx:
        return render(request, "contact_centre/admin/template_told.html")
    return redirect("contact_centre_template", pk)


@require_POST
@permission_required(WRITE, raise_exception=True)
def propose(request, pk, number):
    return _act(request, pk, number, versions.propose, _("Proposed: it is used as soon as it is approved."))


@require_POST
@permission_required(APPROVE, raise_exception=True)
def approve(request, pk, number):
    looked_at = request.POST.get("seen", "")
    return _act(
        request, pk, number, versions.approve, _("Approved: this text is used from now on."), looked_at=looked_at
    )


@require_POST
@permission_required(APPROVE, raise_exception=True)
def send_back(request, pk, number):
    form = WhyForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Say what is to be changed."))
        return redirect("contact_centre_template", pk)
    return _act(request, pk, number, versions.send_back, _("Sent back to whoever wrote it."), **form.cleaned_data)


def _act(request, pk, number, do, done, **given):
    version = get_object_or_404(TemplateVersion, template=pk, number=number)
    try:
        do(version, by=request.user, at=timezone.now(), **given)
        messages.success(request, done)
    except versions.OwnProposal:
        messages.error(request, _("Somebody else has to approve what you wrote."))
    except seen.Overtaken:
        messages.warning(request, seen.LOOK_AGAIN)
    except versions.NotNow:
        messages.error(request, _("This version is not waiting for that any more."))
    except versions.Faulty as refusal:
        messages.error(request, str(refusal))
    return redirect("contact_centre_template", pk)


class VersionView(DeskMixin, TemplateView):
    """One version beside the one that is in use: what changed, line by line."""

    any_permission = (SEE_THEM,)
    header_icon = "snippet"
    template_name = "contact_centre/admin/template_version.html"
    trail = (("contact_centre_templates", gettext_lazy("Templates")),)

    @cached_property
    def version(self) -> TemplateVersion:
        held = TemplateVersion.objects.select_related("template", "written_by", "decided_by")
        return get_object_or_404(held, template=self.kwargs["pk"], number=self.kwargs["number"])

    def get_page_title(self):
        return _("%(title)s, version %(number)s") % {
            "title": self.version.template.title,
            "number": self.version.number,
        }

    def get_context_data(self, **kwargs):
        version = self.version
        asked = self.request.GET.get("with", "")
        others = list(version.template.versions.exclude(pk=version.pk).order_by("-number"))
        usual = [one for one in others if one.number == version.template.number] or [
            one for one in others if one.number < version.number
        ]
        other = next((one for one in others if str(one.number) == asked), usual[0] if usual else None)
        old, new = (version, other) if other and other.number > version.number else (other, version)
        return super().get_context_data(
            version=version,
            other=other,
            others=others,
            subject=versions.compare(old.subject if old else "", new.subject),
            body=versions.compare(old.body if old else "", new.body),
            **kwargs,
        )


def _usual_reader(template: MessageTemplate, visible) -> Person | None:
    """Somebody the text could be for: the last who asked about a programme in its language, else the newest."""
    asked = Case.objects.filter(language=template.language, person__in=visible).exclude(programme=None)
    case = asked.select_related("person").order_by("-opened_at").first()
    return case.person if case else visible.order_by("-created_at").first()


def _marked(body: str) -> list[tuple[bool, str]]:
    """The text in parts, each with whether it is a mark of something missing."""
    parts, rest = [], body
    for mark in rendering.gaps_in(body):
        before, _mark, rest = rest.partition(mark)
        parts += [(False, before), (True, mark.strip("[]"))]
    return [*parts, (False, rest)]
