"""Testimonials: what former students say, with the permission to show it."""

from django import forms
from django.core.exceptions import ValidationError
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.forms.models import WagtailAdminModelForm
from wagtail.admin.panels import FieldPanel, FieldRowPanel, MultiFieldPanel, ObjectList
from wagtail.admin.ui.tables import Column, DateColumn, StatusTagColumn
from wagtail.admin.views import generic
from wagtail.admin.viewsets.model import ModelViewSet

from people.identity.addresses import BadIdentity, normalise_email
from people.models import Identity
from programmes.editing import testimonials
from programmes.models import Testimonial
from programmes.views import testimonials as acts


class TestimonialFilterSet(WagtailFilterSet):
    class Meta:
        model = Testimonial
        fields = ["language", "is_shown"]


class TestimonialForm(WagtailAdminModelForm):
    """What was said and permitted; showing it is an act of its own."""

    email = forms.CharField(
        label=_("Their e-mail address"),
        required=False,
        max_length=254,
        help_text=_("It links the testimonial to the person: whoever asks to be forgotten takes it along."),
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if self.instance.person_id:
            self.fields["email"].help_text = _("It is linked to a person. An address written here links it to another.")

    def clean_email(self) -> str:
        """Find whose address it is, among those we know."""
        if not (typed := self.cleaned_data["email"].strip()):
            return ""
        try:
            address = normalise_email(typed)
        except BadIdentity as refusal:
            raise ValidationError(str(refusal)) from None
        known = Identity.objects.filter(kind=Identity.Kind.EMAIL, value=address).select_related("person").first()
        if known is None:
            raise ValidationError(_("Nobody is known by this address."))
        self.instance.person = known.person
        return address

    def clean(self):
        cleaned = super().clean() or self.cleaned_data
        begun, until = cleaned.get("permitted_at"), cleaned.get("permitted_until")
        if begun and until and until < timezone.localdate(begun):
            raise ValidationError({"permitted_until": _("The permission cannot end before it was given.")})
        if self.instance.withdrawn_at and self.has_changed():
            raise ValidationError(_("The permission was withdrawn. What was written then stays as it was."))
        if self.instance.is_shown and not (
            cleaned.get("permission_text") and cleaned.get("permission_proof") and begun
        ):
            raise ValidationError(_("It is on the website. Take it off before you take away its permission."))
        return cleaned


def state_of(testimonial: Testimonial) -> str:
    """Where it stands, in a word or two."""
    if testimonial.withdrawn_at:
        return gettext("Withdrawn")
    if not testimonial.permission_text or not testimonial.permission_proof or not testimonial.permitted_at:
        return gettext("No permission")
    if not testimonials.is_permitted(testimonial, at=timezone.now()):
        return gettext("Permission not in force")
    return gettext("On the website") if testimonial.is_shown else gettext("May be shown")


class TestimonialIndexView(generic.IndexView):
    def get_base_queryset(self):
        return super().get_base_queryset().select_related("programme")


class TestimonialInspectView(generic.InspectView):
    template_name = "programmes/admin/testimonial.html"
    page_title = _("Testimonial")

    def get_context_data(self, **kwargs):
        testimonial, now = self.object, timezone.now()
        return super().get_context_data(**kwargs) | {
            "testimonial": testimonial,
            "state": state_of(testimonial),
            "is_permitted": testimonials.is_permitted(testimonial, at=now),
            "may_act": self.request.user.has_perm("programmes.change_testimonial"),
            "acts": {
                act: reverse("testimonial_act", args=[testimonial.pk, act]) for act in ("show", "hide", "withdraw")
            },
        }


class TestimonialViewSet(ModelViewSet):
    model = Testimonial
    index_view_class = TestimonialIndexView
    inspect_view_class = TestimonialInspectView
    inspect_view_enabled = True
    icon = "openquote"
    menu_label = _("Testimonials")
    url_prefix = "programmes/testimonial"
    copy_view_enabled = False
    filterset_class = TestimonialFilterSet
    search_backend_name = None
    search_fields = ["name_shown", "words", "programme__title"]
    ordering = "-said_on"
    list_display = [
        "name_shown",
        Column("programme", label=_("Programme")),
        StatusTagColumn(
            "state", label=_("State"), accessor=state_of, primary=lambda one: one.is_shown and not one.withdrawn_at
        ),
        DateColumn("said_on", label=_("Said on")),
    ]
    list_export = ["name_shown", "programme", "language", "words", "said_on", "permitted_at", "permitted_until"]
    edit_handler = ObjectList(
        [
            MultiFieldPanel(
                [
                    FieldPanel("programme"),
                    FieldPanel("words"),
                    FieldRowPanel([FieldPanel("name_shown"), FieldPanel("about_shown")]),
                    FieldPanel("email"),
                    FieldRowPanel([FieldPanel("language"), FieldPanel("said_on")]),
                ],
                heading=_("What they say"),
            ),
            MultiFieldPanel(
                [
                    FieldPanel("permission_text"),
                    FieldRowPanel([FieldPanel("permission_proof"), FieldPanel("permission_where")]),
                    FieldRowPanel([FieldPanel("permitted_at"), FieldPanel("permitted_until")]),
                ],
                heading=_("Permission"),
                help_text=_("Nothing is shown without it: write down what they saw, how they said yes, and when."),
            ),
        ],
        base_form_class=TestimonialForm,
    )


VIEWSETS = [TestimonialViewSet("testimonial")]
DESK_URLS = [path("programmes/testimonial/<int:pk>/<slug:act>/", acts.act, name="testimonial_act")]
