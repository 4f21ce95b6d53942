"""The back office's pages on consent: writing down what was said, exclusion lists, and how many can be contacted."""

import csv
from pathlib import Path
from tempfile import NamedTemporaryFile

from django import forms
from django.contrib import messages as notices
from django.contrib.auth.decorators import permission_required
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from people import relatives, timeline
from people.access import audit
from people.contact import consents, contactable, exclusions
from people.contact.contact_statement import UNSENT
from people.contact.policy import REASONS
from people.identity import identities
from people.importing.input_files import Unreadable
from people.models import Channel, Consent, Person, Purpose, Suppression, Touchpoint

NOTE = "people.note_consent"
TAKE_IN = "people.import_suppression"
COUNT = "people.count_contactable"


class NoteConsentForm(forms.Form):
    """What somebody said in a call or on paper, with what proves it."""

    purpose = forms.ChoiceField(
        label=gettext_lazy("For what"),
        choices=[(one.value, one.label) for one in Purpose if one not in (Purpose.SERVICE, Purpose.ENQUIRY)],
    )
    channel = forms.ChoiceField(
        label=gettext_lazy("On which channel"),
        choices=[(one.value, one.label) for one in (*contactable.CHANNELS, Channel.POST)],
        help_text=gettext_lazy("Profiling and photographs are agreed to as such, whatever you choose here."),
    )
    decision = forms.ChoiceField(
        label=gettext_lazy("What they said"),
        choices=[
            (Consent.Decision.GRANTED, gettext_lazy("Yes")),
            (Consent.Decision.DENIED, gettext_lazy("No")),
            (Consent.Decision.WITHDRAWN, gettext_lazy("Not any more")),
        ],
        widget=forms.RadioSelect,
    )
    how = forms.ChoiceField(
        label=gettext_lazy("How they said it"),
        choices=[
            ("call", gettext_lazy("In a call")),
            ("in_person", gettext_lazy("In person")),
            ("paper", gettext_lazy("On paper, signed")),
            ("letter", gettext_lazy("In a letter or an e-mail")),
        ],
    )
    proof = forms.CharField(
        label=gettext_lazy("What proves it"),
        help_text=gettext_lazy("When and where, who was there, the number of the recording or of the form."),
        max_length=2_000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    said_by = forms.ModelChoiceField(
        label=gettext_lazy("Said by"),
        queryset=Person.objects.none(),
        required=False,
        empty_label=gettext_lazy("Themselves"),
    )

    def __init__(self, *args, person, at, **kwargs):
        super().__init__(*args, **kwargs)
        self.person, self.at = person, at
        guardians = relatives.guardians_of(person, at)
        if guardians:
            self.fields["said_by"].queryset = Person.objects.filter(pk__in=[one.pk for one in guardians])
        else:
            del self.fields["said_by"]

    def clean(self):
        said = super().clean()
        is_yes = said.get("decision") == Consent.Decision.GRANTED
        if is_yes and not consents.may_grant(self.person, self.at, said_by=said.get("said_by")):
            raise forms.ValidationError(_("They are too young to agree alone: a guardian has to say it."))
        return said


@never_cache
@require_http_methods(["GET", "POST"])
@permission_required(NOTE, raise_exception=True)
def note_consent(request, uuid):
    """Write down what a person said by word of mouth or on paper; it enters the ledger as any other line."""
    person = get_object_or_404(Person.objects.known().visible_to(request.user), uuid=uuid)
    at = timezone.now()
    form = NoteConsentForm(request.POST or None, person=person, at=at)
    if request.method == "POST" and form.is_valid():
        _note(person, form.cleaned_data, by=request.user, at=at)
        notices.success(request, _("It stands in the ledger and holds from now on."))
        return redirect("contact_centre_person", person.uuid)
    wordings = [(one.label, consents.current_wording(one, person.language).text) for one in Purpose]
    context = {
        "form": form,
        "person": person,
        "wordings": wordings,
        "header_title": _("What did they say?"),
        "header_icon": "clipboard-list",
        "breadcrumbs_items": [
            {"url": reverse("contact_centre_person", args=[person.uuid]), "label": str(person)},
            {"url": "", "label": _("What did they say?")},
        ],
    }
    return render(request, "people/admin/note_consent.html", context)


def _note(person, said, *, by, at):
    purpose = said["purpose"]
    channel = consents.AGREED_IN[purpose] if purpose in UNSENT else said["channel"]
    consents.record(
        person,
        purpose=purpose,
        channel=channel,
        decision=said["decision"],
        at=at,
        source=f"staff:{said['how']}",
        wording_version=consents.current_wording(purpose, person.language).version,
        language=person.language,
        by=by,
        proof=said["proof"],
        said_by=said.get("said_by"),
    )
    timeline.record(
        person, at=at, channel=channel, direction=Touchpoint.Direction.IN, kind="people.consent_noted", by=by
    )
    audit.note(
        act=audit.Act.CHANGED,
        what="people.note_consent",
        by=by,
        at=at,
        person=person,
        detail={"purpose": purpose, "channel": channel, "decision": said["decision"]},
    )


class SuppressForm(forms.Form):
    """One address that must not be used any more."""

    kind = forms.ChoiceField(
        label=gettext_lazy("Kind"), choices=[(kind.value, kind.label) for kind in exclusions.KINDS]
    )
    value = forms.CharField(label=gettext_lazy("Address or number"), max_length=254)
    why = forms.CharField(label=gettext_lazy("Why"), max_length=200)


class ListForm(forms.Form):
    """A file with addresses, and the list it makes."""

    name = forms.CharField(
        label=gettext_lazy("List"),
        max_length=80,
        help_text=gettext_lazy("A list of the same name is replaced by what the file holds."),
    )
    file = forms.FileField(
        label=gettext_lazy("File"),
        help_text=gettext_lazy("CSV or workbook with e-mail addresses or telephone numbers."),
    )


@require_http_methods(["GET", "POST"])
@permission_required(TAKE_IN, raise_exception=True)
def suppress(request):
    form = SuppressForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        try:
            exclusions.suppress(said["kind"], said["value"], why=said["why"], at=timezone.now(), by=request.user)
        except identities.BadIdentity as refusal:
            form.add_error("value", refusal.message)
        except exclusions.AlreadyExcluded:
            form.add_error("value", _("This address is on our list already."))
        else:
            notices.success(request, _("Nothing leaves for this address any more."))
            return redirect("people_suppressions:index")
    return _form_page(request, form, _("Bar an address"), _("Bar it"))


@require_POST
@permission_required(TAKE_IN, raise_exception=True)
def release(request, pk):
    suppression = get_object_or_404(Suppression, pk=pk)
    why = request.POST.get("why", "").strip()
    if not why:
        notices.error(request, _("Say why the address may be used again."))
        return redirect("people_suppressions:inspect", pk)
    if suppression.list_name:
        notices.error(request, _("This address came with a list: it goes when the list does not hold it any more."))
        return redirect("people_suppressions:inspect", pk)
    exclusions.release(suppression, why=why[:200], at=timezone.now(), by=request.user)
    notices.success(request, _("The address may be used again."))
    return redirect("people_suppressions:index")


@require_http_methods(["GET", "POST"])
@permission_required(TAKE_IN, raise_exception=True)
def import_list(request):
    form = ListForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        upload = form.cleaned_data["file"]
        with NamedTemporaryFile(suffix=Path(upload.name).suffix[:10]) as file:
            for block in upload.chunks():
                file.write(block)
            file.flush()
            try:
                outcome = exclusions.import_list(
                    file.name, name=form.cleaned_data["name"], at=timezone.now(), by=request.user
                )
            except Unreadable as refusal:
                form.add_error("file", str(refusal).replace(Path(file.name).name, upload.name))
            else:
                words = _(
                    "Added: %(created)d. Already there: %(unchanged)d. Removed: %(removed)d. Rejected: %(rejected)d."
                )
                report = outcome.report()
                notices.success(request, words % {**report, "rejected": len(report["rejected"])})
                return redirect("people_suppressions:index")
    return _form_page(request, form, _("Take in an exclusion list"), _("Take it in"), has_file=True)


def _form_page(request, form, title, label, *, has_file=False):
    context = {
        "form": form,
        "label": label,
        "has_file": has_file,
        "lists": exclusions.lists(),
        "header_title": title,
        "header_icon": "no-view",
        "breadcrumbs_items": [
            {"url": reverse("people_suppressions:index"), "label": _("Addresses not to use")},
            {"url": "", "label": title},
        ],
    }
    return render(request, "people/admin/exclusion_form.html", context)


@never_cache
@require_GET
@permission_required(COUNT, raise_exception=True)
def count_contactable(request):
    figures = contactable.latest(at=timezone.now())
    context = {
        "figures": figures,
        "purposes": _by_purpose(figures) if figures else [],
        "header_title": _("How many can we contact"),
        "header_icon": "group",
        "breadcrumbs_items": [{"url": "", "label": _("How many can we contact")}],
    }
    return render(request, "people/admin/contactable.html", context)


@never_cache
@require_GET
@permission_required(COUNT, raise_exception=True)
def contactable_csv(request):
    """The same figures as a table, one line for each reason."""
    figures = contactable.latest(at=timezone.now())
    if figures is None:
        raise PermissionDenied
    response = HttpResponse(content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="contactable.csv"'
    table = csv.writer(response)
    table.writerow(["as_of", "channel", "purpose", "reason", "people"])
    as_of = figures.as_of.isoformat(timespec="seconds")
    table.writerow([as_of, "", "", "total", figures.total])
    table.writerow([as_of, "", "", "dormant", figures.dormant])
    for count in figures.counts:
        for reason, people in sorted(count.reasons.items()):
            table.writerow([as_of, count.asked.channel, count.asked.purpose, reason or "now", people])
    return response


def _by_purpose(figures):
    """For each purpose its channels, with the reasons in words."""
    return [
        {
            "label": Purpose(purpose).label,
            "rows": [
                {
                    "channel": Channel(count.asked.channel).label,
                    "now": count.now,
                    "later": [(REASONS[reason], people) for reason, people in count.later.items()],
                    "barred": [(REASONS[reason], people) for reason, people in count.barred.items()],
                }
                for count in figures.counts
                if count.asked.purpose == purpose
            ],
        }
        for purpose in contactable.PURPOSES
    ]
