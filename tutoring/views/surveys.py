"""What students answered, for those who may see them."""

from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext_lazy
from django.views.generic import TemplateView

from contact_centre.views.shared import DeskMixin
from tutoring import satisfaction
from tutoring.models import Student, Survey, SurveyInvitation
from tutoring.roles import ALL, OWN

PAGE_SIZE = 30


class AnswersView(DeskMixin, TemplateView):
    """The answers to one survey, the newest first: a tutor reads those of their own students."""

    any_permission = (OWN, ALL)
    header_icon = "openquote"
    template_name = "tutoring/admin/answers.html"
    trail = (("surveys:index", gettext_lazy("Surveys")),)

    def get_page_title(self):
        return self.survey.title

    def dispatch(self, request, *args, **kwargs):
        if not any(request.user.has_perm(name) for name in self.any_permission):
            raise PermissionDenied  # before anything says whether there is such a survey
        self.survey = get_object_or_404(satisfaction.with_figures(Survey.objects.all()), slug=kwargs["slug"])
        return super().dispatch(request, *args, **kwargs)

    def get_context_data(self, **kwargs):
        user = self.request.user
        unhappy = self.request.GET.get("score") == "low"
        answers = SurveyInvitation.objects.filter(
            survey=self.survey, score__isnull=False, student__in=Student.objects.in_care_of(user)
        )
        if unhappy:
            answers = answers.filter(score__lte=satisfaction.DETRACTOR_UP_TO)
        answers = answers.select_related("student__person", "student__tutor", "student__intake__programme")
        page = Paginator(answers.order_by("-answered_at", "-pk"), PAGE_SIZE).get_page(self.request.GET.get("page"))
        return super().get_context_data(
            survey=self.survey, page=page, unhappy=unhappy, sees_all=user.has_perm(ALL), **kwargs
        )
