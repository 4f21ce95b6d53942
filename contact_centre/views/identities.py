"""The ways in which a person reaches us, on their page, and the acts of staff on them."""

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.db.models import Q
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from contact_centre.views.timeline import visible_person
from people.identity import alike, duplicates, identities
from people.identity.likeness import SENTENCES
from people.models import Identity, Person, SharedAddress
from people.walls import Panel

CHANGE = "people.change_identity"
MERGE = "people.merge_person"
SOURCE = "desk"
# Numbers and ids of ours are given by the system, not typed by staff.
TYPED = [Identity.Kind.EMAIL, Identity.Kind.PHONE, Identity.Kind.WHATSAPP, Identity.Kind.EXTERNAL]


class IdentityForm(forms.Form):
    kind = forms.ChoiceField(label=gettext_lazy("Kind"), choices=[(kind.value, kind.label) for kind in TYPED])
    value = forms.CharField(label=gettext_lazy("Address or number"), max_length=254)
    issuer = forms.CharField(label=gettext_lazy("Who gave the external id"), max_length=60, required=False)
    is_verified = forms.BooleanField(
        label=gettext_lazy("I have made sure that it is theirs, in a call or by a document"), required=False
    )


class IdentitiesPanel(Panel):
    """Each way to reach them: since when, from where, whether somebody made sure of it, and with whom it is shared."""

    order = 60
    name = "identities"
    permissions = (CHANGE,)
    template_name = "contact_centre/admin/identities_panel.html"

    def __init__(self, request, person: Person):
        self.request, self.person = request, person

    def get_context_data(self, parent_context=None):
        own = sorted(self.person.identities.all(), key=lambda one: (one.kind, one.created_at, one.pk))
        shares = SharedAddress.objects.filter(Q(person=self.person) | Q(identity__person=self.person))
        shares = list(shares.select_related("person", "identity__person").order_by("created_at", "pk"))
        for identity in own:
            identity.users = [share.person for share in shares if share.identity_id == identity.pk]
        return {
            "person": self.person,
            "own": own,
            "shared": [share for share in shares if share.person_id == self.person.pk],
            "reachable": Identity.REACHABLE,
            "mixes_alphabets": alike.mixes_alphabets(self.person.name),
            "form": IdentityForm(),
            "request": self.request,
        }


class PossibleDuplicatesPanel(Panel):
    """That this may be somebody whom we know already, for those who may decide it."""

    order = 10
    region = "now"
    name = "possible-duplicates"
    permissions = (MERGE,)
    template_name = "contact_centre/admin/possible_duplicates_panel.html"

    def __init__(self, person: Person):
        self.person = person
        self.pairs: list | None = None

    def is_shown(self):
        return bool(self._pairs())

    def get_context_data(self, parent_context=None):
        rows = [
            {
                "pair": pair,
                "other": pair.other if pair.one_id == self.person.pk else pair.one,
                "percent": round(100 * pair.probability),
                "reasons": [SENTENCES.get(code, code) for code in pair.reasons],
            }
            for pair in self._pairs()
        ]
        return {"person": self.person, "rows": rows}

    def _pairs(self) -> list:
        if not getattr(self.person, "may_be_double", True):
            return []
        if self.pairs is None:
            self.pairs = duplicates.open_pairs_of(self.person, most=3)
        return self.pairs


@require_POST
@permission_required(CHANGE, raise_exception=True)
def add(request, uuid):
    person = visible_person(request.user, uuid)
    form = IdentityForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Type the address or the number."))
        return redirect("contact_centre_person", person.uuid)
    at, said = timezone.now(), form.cleaned_data
    given = {"at": at, "source": SOURCE, "by": request.user}
    try:
        identities.add(
            person,
            said["kind"],
            said["value"],
            issuer=said["issuer"] if said["kind"] == Identity.Kind.EXTERNAL else "",
            verified_at=at if said["is_verified"] else None,
            **given,
        )
    except identities.BadIdentity as refusal:
        messages.error(request, refusal.message)
    except identities.IdentityTaken as taken:
        _share_or_refuse(request, person, taken.identity, given)
    else:
        messages.success(request, _("It is written down."))
    return redirect("contact_centre_person", person.uuid)


@require_POST
@permission_required(CHANGE, raise_exception=True)
def act(request, uuid, pk, act):
    """``act`` is one of ``verify``, ``undeliverable``, ``deliverable`` and ``remove``."""
    person = visible_person(request.user, uuid)
    identity = get_object_or_404(Identity, pk=pk, person=person)
    facts = {"at": timezone.now(), "by": request.user}
    if act == "verify":
        identities.verify(identity, **facts)
        messages.success(request, _("Marked as verified."))
    elif act == "remove":
        identities.remove(identity, **facts)
        messages.success(request, _("It is no longer theirs."))
    else:
        identities.mark_undeliverable(identity, is_undeliverable=act == "undeliverable", **facts)
        says = {"undeliverable": _("Marked as not reaching them."), "deliverable": _("Marked as reaching them again.")}
        messages.success(request, says[act])
    return redirect("contact_centre_person", person.uuid)


def _share_or_refuse(request, person: Person, identity: Identity, given: dict) -> None:
    """An address may have two who use it; an id cannot."""
    if identity.kind not in Identity.REACHABLE:
        messages.error(request, _("That id belongs to %(owner)s.") % {"owner": identity.person})
        return
    identities.share(person, identity, **given)
    messages.warning(
        request,
        _("It belongs to %(owner)s: both are now reached there. If the two are one, merge them.")
        % {"owner": identity.person},
    )
