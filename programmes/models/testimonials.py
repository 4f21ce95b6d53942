"""What former students say in public, with the permission to show it."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from people.models import Language, Person, User
from programmes.models.facts import Programme


class TestimonialQuerySet(models.QuerySet):
    def may_be_shown(self, *, on):
        """Those with a permission that holds on the date ``on``."""
        return self.filter(is_shown=True, withdrawn_at=None, permitted_at__isnull=False).exclude(permitted_until__lt=on)


class Testimonial(models.Model):
    """Words of somebody about a programme. Shown only while their permission holds."""

    class Proof(models.TextChoices):
        PAPER = "paper", _("Signed on paper")
        MAIL = "mail", _("By e-mail")
        ONLINE = "online", _("Online")
        SPOKEN = "spoken", _("Recorded call")

    programme = models.ForeignKey(Programme, models.CASCADE, related_name="testimonials", verbose_name=_("programme"))
    person = models.ForeignKey(
        Person, models.CASCADE, null=True, blank=True, related_name="testimonials", verbose_name=_("person")
    )
    words = models.TextField(_("what they say"), max_length=1000)
    language = models.CharField(_("language"), max_length=5, choices=Language.choices, default=Language.CATALAN)
    name_shown = models.CharField(_("name as shown"), max_length=120)
    about_shown = models.CharField(_("who they are, as shown"), max_length=160, blank=True)
    said_on = models.DateField(_("said on"))
    permission_text = models.TextField(_("what they permitted, in the words they saw"), blank=True)
    permission_proof = models.CharField(_("proof"), max_length=6, choices=Proof.choices, blank=True)
    permission_where = models.CharField(_("where the proof is kept"), max_length=200, blank=True)
    permitted_at = models.DateTimeField(_("permitted at"), null=True, blank=True)
    permitted_until = models.DateField(_("permitted until"), null=True, blank=True)
    withdrawn_at = models.DateTimeField(_("withdrawn at"), null=True, blank=True)
    is_shown = models.BooleanField(_("is shown"), default=False)
    by = models.ForeignKey(User, models.SET_NULL, null=True, blank=True, related_name="+")
    objects = TestimonialQuerySet.as_manager()

    class Meta:
        verbose_name = _("testimonial")
        verbose_name_plural = _("testimonials")
        constraints = [
            models.CheckConstraint(
                condition=Q(is_shown=False)
                | (Q(permitted_at__isnull=False, withdrawn_at=None) & ~Q(permission_text="") & ~Q(permission_proof="")),
                name="testimonial_shown_with_permission",
            )
        ]

    def __str__(self):
        return self.name_shown
