"""Courses in the back office: the list, writing one, reading it, its quiz, and who is certified."""

from datetime import datetime, time, timedelta

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.core.exceptions import SuspiciousOperation
from django.db.models import Count, Q
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST
from django.views.generic import TemplateView

from contact_centre import seen
from contact_centre.assignment import eligibility
from contact_centre.models import Certification, ProductCourse, QuizAttempt
from contact_centre.training import certificates, courses
from contact_centre.views.course_forms import CourseForm, VouchForm, quiz_forms
from contact_centre.views.shared import TAKE, DeskMixin

VIEW, ADD, CHANGE, DELETE = (f"contact_centre.{act}_productcourse" for act in ("view", "add", "change", "delete"))
SEE_CERTIFICATES, VOUCH, REVOKE = (f"contact_centre.{act}_certification" for act in ("view", "add", "change"))
TRAIL = (("contact_centre_courses", gettext_lazy("Courses")),)
SHARE_DAYS = 30


class CoursesView(DeskMixin, TemplateView):
    """The courses, how one stands with each, and how many are certified."""

    any_permission = (VIEW,)
    page_title = gettext_lazy("Courses")
    header_icon = "form"
    template_name = "contact_centre/admin/courses.html"

    def get_context_data(self, **kwargs):
        user, at = self.request.user, timezone.now()
        writes = user.has_perm(CHANGE)
        counted = certificates.valid(at=at).filter(user__is_active=True).values_list("programme")
        sees_certificates = user.has_perm(SEE_CERTIFICATES)
        share = None
        if sees_certificates:
            kept, given = eligibility.share_certified(since=at - timedelta(days=SHARE_DAYS), at=at)
            share = {"kept": kept, "given": given, "percent": round(100 * kept / given) if given else None}
        return super().get_context_data(
            standings=courses.standings(user, at=at, drafts=writes or sees_certificates),
            certified=dict(counted.annotate(count=Count("pk"))),
            share=share,
            share_days=SHARE_DAYS,
            may_write=writes,
            may_add=user.has_perm(ADD),
            sees_certificates=sees_certificates,
            takes=user.has_perm(TAKE),
            at=at,
            **kwargs,
        )


class WriteCourseView(DeskMixin, TemplateView):
    """A course and its quiz, as a lead writes them."""

    any_permission = (CHANGE,)
    header_icon = "form"
    template_name = "contact_centre/admin/course_edit.html"
    trail = TRAIL
    form = quiz = None

    def setup(self, request, *args, **kwargs):
        super().setup(request, *args, **kwargs)
        pk = kwargs.get("pk")
        self.course = get_object_or_404(ProductCourse, pk=pk) if pk else ProductCourse()
        self.opened = request.POST.get("seen") or (courses.mark(self.course) if pk else "")

    def get_page_title(self):
        return self.course.title or _("New course")

    def post(self, request, *args, **kwargs):
        self.form = CourseForm(request.POST, instance=self.course, for_user=request.user)
        self.quiz = quiz_forms(self.course, request.POST)
        if self.form.is_valid() & self.quiz.is_valid():
            course = self.form.save(commit=False)
            asked = [one for one in (form.asked() for form in self.quiz) if one is not None]
            try:
                courses.keep(course, quiz=asked, by=request.user, at=timezone.now(), started_from=self.opened)
            except seen.Overtaken:
                messages.warning(request, seen.NOT_SAVED)
                self.opened = courses.mark(ProductCourse.objects.get(pk=course.pk))
            except courses.NoQuiz:
                self.form.add_error("is_live", _("Write at least one question before opening it to advisers."))
            else:
                messages.success(request, _("The course is saved."))
                return redirect("contact_centre_course_edit", course.pk)
        response = self.get(request, *args, **kwargs)
        response.status_code = 422
        return response

    def get_context_data(self, **kwargs):
        form = self.form or CourseForm(instance=self.course, for_user=self.request.user)
        return super().get_context_data(
            course=self.course,
            form=form,
            quiz=self.quiz or quiz_forms(self.course),
            seen=self.opened,
            may_delete=bool(self.course.pk and self.request.user.has_perm(DELETE)),
            **kwargs,
        )


@require_POST
@permission_required(DELETE, raise_exception=True)
def delete(request, pk):
    """Delete a course; the certificates of its programme stay."""
    get_object_or_404(ProductCourse, pk=pk).delete()
    messages.success(request, _("The course is gone. Certificates stay."))
    return redirect("contact_centre_courses")


class CourseView(DeskMixin, TemplateView):
    """A course to read, with the way to its quiz."""

    any_permission = (VIEW,)
    header_icon = "form"
    template_name = "contact_centre/admin/course.html"
    trail = TRAIL

    def setup(self, request, *args, **kwargs):
        super().setup(request, *args, **kwargs)
        sees = ProductCourse.objects.select_related("programme")
        if not request.user.has_perm(CHANGE):
            sees = sees.filter(is_live=True)
        self.course = get_object_or_404(sees, pk=kwargs["pk"])

    def get_page_title(self):
        return self.course.title

    def get_context_data(self, **kwargs):
        user, at = self.request.user, timezone.now()
        return super().get_context_data(
            course=self.course,
            certificate=certificates.valid(at=at).filter(user=user, programme=self.course.programme_id).first(),
            questions=self.course.questions.count(),
            attempts=QuizAttempt.objects.filter(user=user, course=self.course, ended_at__isnull=False).order_by(
                "-ended_at"
            )[:5],
            takes=user.has_perm(TAKE) and self.course.is_live,
            may_write=user.has_perm(CHANGE),
            **kwargs,
        )


@require_POST
@permission_required(TAKE, raise_exception=True)
def begin(request, pk):
    course = get_object_or_404(ProductCourse, pk=pk)
    try:
        attempt = courses.begin(course, by=request.user, at=timezone.now())
    except courses.NotOpen:
        messages.error(request, _("There is no quiz to take here now."))
        return redirect("contact_centre_courses")
    return redirect("contact_centre_quiz", attempt.uuid)


class QuizView(DeskMixin, TemplateView):
    """The quiz, and once it is answered what was right and why."""

    any_permission = (TAKE,)
    header_icon = "form"
    template_name = "contact_centre/admin/quiz.html"
    trail = TRAIL
    chosen: dict[int, set[int]] = {}
    left: set[int] = set()

    def setup(self, request, *args, **kwargs):
        super().setup(request, *args, **kwargs)
        mine = QuizAttempt.objects.filter(user=request.user).select_related("course__programme")
        self.attempt = get_object_or_404(mine, uuid=kwargs["uuid"])

    def get_page_title(self):
        return _("Quiz: %(course)s") % {"course": self.attempt.course}

    def post(self, request, *args, **kwargs):
        self.chosen = _chosen(request.POST)
        try:
            courses.submit(self.attempt, self.chosen, at=timezone.now())
        except courses.Unanswered as unanswered:
            self.left = unanswered.ids
            response = self.get(request, *args, **kwargs)
            response.status_code = 422
            return response
        except courses.Changed:
            messages.warning(request, _("The quiz has changed while you were at it. Nothing counts; begin anew."))
            return redirect("contact_centre_course", self.attempt.course_id)
        except courses.NotOpen:
            messages.warning(request, _("The course was closed while you were at it; nothing counts."))
            return redirect("contact_centre_courses")
        except courses.Forged as forged:
            raise SuspiciousOperation("an answer the quiz does not offer") from forged
        return redirect("contact_centre_quiz", self.attempt.uuid)

    def get_context_data(self, **kwargs):
        attempt, asked = self.attempt, []
        if attempt.ended_at is None:
            asked = [
                (question, choices, sum(one.is_right for one in choices) > 1, question.pk in self.left)
                for question, choices in courses.paper(attempt)
            ]
        return super().get_context_data(
            attempt=attempt,
            course=attempt.course,
            asked=asked,
            chosen={pk for ids in self.chosen.values() for pk in ids},
            left=len(self.left),
            marked=courses.marked(attempt) if attempt.ended_at else [],
            certificate=Certification.objects.filter(attempt=attempt).first() if attempt.passed else None,
            **kwargs,
        )


def _chosen(posted) -> dict[int, set[int]]:
    """The answers by question; what makes no number is nobody's answer."""
    found: dict[int, set[int]] = {}
    for key in posted:
        number = key.removeprefix("question-")
        if key != number and number.isdecimal():
            values = posted.getlist(key)
            if any(not value.isdecimal() or len(value) > 18 for value in values):
                raise SuspiciousOperation("an answer the quiz does not offer")
            found[int(number)] = {int(value) for value in values}
    return found


class CertificatesView(DeskMixin, TemplateView):
    """Who is certified for what, until when and by whom; vouching and taking back."""

    any_permission = (SEE_CERTIFICATES,)
    page_title = gettext_lazy("Certificates")
    header_icon = "check"
    template_name = "contact_centre/admin/certificates.html"
    trail = TRAIL
    form = None

    def post(self, request, *args, **kwargs):
        if not request.user.has_perm(VOUCH):
            return self.handle_no_permission()
        at = timezone.now()
        self.form = VouchForm(request.POST, at=timezone.localdate(at))
        if not self.form.is_valid():
            response = self.get(request, *args, **kwargs)
            response.status_code = 422
            return response
        typed = self.form.cleaned_data
        until = _end_of(typed["until"]) if typed["until"] else None
        certificates.vouch(typed["user"], typed["programme"], by=request.user, at=at, why=typed["why"], until=until)
        said = _("%(who)s may now take the enquiries about %(programme)s.")
        messages.success(request, said % {"who": typed["user"], "programme": typed["programme"]})
        return redirect("contact_centre_certificates")

    def get_context_data(self, **kwargs):
        at, user = timezone.now(), self.request.user
        held = Certification.objects.filter(revoked_at=None, user__is_active=True)
        over = Q(until__isnull=False, until__lte=at)
        rows = held.select_related("user", "programme", "granted_by", "attempt").order_by(
            "programme__title", "user__first_name", "user__last_name"
        )
        return super().get_context_data(
            rows=[(one, bool(one.until and one.until <= at)) for one in rows],
            expired=held.filter(over).count(),
            form=self.form or (VouchForm() if user.has_perm(VOUCH) else None),
            may_revoke=user.has_perm(REVOKE),
            **kwargs,
        )


@require_POST
@permission_required(REVOKE, raise_exception=True)
def revoke(request, pk):
    certificate = get_object_or_404(Certification, pk=pk)
    try:
        certificates.revoke(certificate, by=request.user, at=timezone.now(), why=request.POST.get("why", "")[:200])
    except certificates.ReasonMissing:
        messages.error(request, _("Say why the certificate is taken back."))
    else:
        messages.success(request, _("The certificate is taken back, and the adviser has been told."))
    return redirect("contact_centre_certificates")


def _end_of(day) -> datetime:
    return timezone.make_aware(datetime.combine(day + timedelta(days=1), time.min))
