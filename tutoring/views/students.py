"""The list of students and the page of one, for tutors and those who lead them."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST
from django.views.generic import TemplateView

from contact_centre.views.shared import SEE, DeskMixin
from people.access import audit
from people.contact import ways
from people.models import Channel, Identity, Purpose
from programmes.models import Intake, Programme
from tutoring import caseload, roll
from tutoring.forms import ContactForm, TransferForm
from tutoring.models import Student
from tutoring.roles import ALL, OWN, TAUGHT

PAGE_SIZE = 30
CONTACTS_SHOWN = 30
CONTACTED = [(channel, Purpose.SERVICE) for channel in (Channel.EMAIL, Channel.PHONE, Channel.WHATSAPP)]
VIEW_LABELS = {
    "contact": gettext_lazy("To contact"),
    "new": gettext_lazy("New"),
    "unassigned": gettext_lazy("Without tutor"),
    "progress": gettext_lazy("In progress"),
    "finished": gettext_lazy("Finished"),
    "left": gettext_lazy("Left"),
}


class StudentsView(DeskMixin, TemplateView):
    """My students, or all of them for those who may see all; filters are in the address."""

    any_permission = (OWN, ALL, TAUGHT)
    page_title = gettext_lazy("Students")
    header_icon = "student"
    template_name = "tutoring/admin/students.html"

    def get_context_data(self, **kwargs):
        user, on = self.request.user, timezone.localdate()
        filters = roll.Filters.read(self.request.GET)
        sees_all = user.has_perm(ALL)
        counts = roll.counts(filters, user=user, on=on)
        page = Paginator(roll.students(filters, user=user, on=on), PAGE_SIZE).get_page(self.request.GET.get("page"))
        views = [view for view in roll.Filters.VIEWS if sees_all or view != "unassigned"]
        chosen = int(filters.programme) if filters.programme.isdecimal() else None
        return super().get_context_data(
            filters=filters,
            sees_all=sees_all,
            sees_scores=sees_all or user.has_perm(OWN),
            tabs=[(filters.query(view=view), VIEW_LABELS[view], counts[view], view == filters.view) for view in views],
            whose=[
                (filters.query(mine=""), _("Everybody’s"), not filters.mine),
                (filters.query(mine="1"), _("Mine"), bool(filters.mine)),
            ],
            page=page,
            rows=[(student, roll.due(student, on=on)) for student in page],
            base_query=filters.query(),
            programmes=Programme.objects.filter(intakes__students__in=Student.objects.visible_to(user))
            .distinct()
            .order_by("title")
            .values_list("pk", "title"),
            intakes=Intake.objects.filter(programme=chosen).order_by("-starts_on") if chosen else [],
            **kwargs,
        )


class StudentView(DeskMixin, TemplateView):
    """What was agreed with a student, what they answered, and a form for the next contact."""

    any_permission = (OWN, ALL, TAUGHT)
    header_icon = "student"
    template_name = "tutoring/admin/student.html"
    trail = (("tutoring_students", gettext_lazy("Students")),)

    @cached_property
    def student(self) -> Student:
        return visible_student(self.request.user, self.kwargs["uuid"])

    @cached_property
    def is_in_care(self) -> bool:
        """Whether the reader looks after them, or leads whoever does; a teacher only sees who they are."""
        return Student.objects.in_care_of(self.request.user).filter(pk=self.student.pk).exists()

    def get_page_title(self):
        return str(self.student.person)

    def get(self, request, *args, **kwargs):
        audit.note(
            act=audit.Act.READ,
            what="tutoring.student.page",
            by=request.user,
            at=timezone.now(),
            person=self.student.person,
            about=self.student,
        )
        return super().get(request, *args, **kwargs)

    def post(self, request, *args, **kwargs):
        if not self.is_in_care:
            raise PermissionDenied
        form = ContactForm(request.POST)
        if not form.is_valid():
            return self.render_to_response(self.get_context_data(form=form), status=422)
        caseload.note_contact(self.student, by=request.user, at=timezone.now(), **form.cleaned_data)
        messages.success(request, _("The contact is written down."))
        return redirect("tutoring_student", self.student.uuid)

    def get_context_data(self, form=None, **kwargs):
        student, user = self.student, self.request.user
        return super().get_context_data(
            student=student,
            due=roll.due(student, on=timezone.localdate()),
            form=form or ContactForm(),
            is_in_care=self.is_in_care,
            follow_ups=student.follow_ups.visible_to(user).select_related("by").order_by("-at", "-pk")[:CONTACTS_SHOWN],
            invitations=student.invitations.select_related("survey").order_by("-invited_at") if self.is_in_care else [],
            identities=student.person.identities.exclude(kind__in=Identity.REACHABLE).order_by("kind", "pk"),
            ways=ways.ways(student.person, CONTACTED, at=timezone.now()),
            transfer_form=TransferForm() if user.has_perm(ALL) else None,
            may_see_person=user.has_perm(SEE) or user.has_perm("people.see_own_people"),
            **kwargs,
        )


@require_POST
def transfer(request, uuid):
    if not request.user.has_perm(ALL):
        raise PermissionDenied
    student = visible_student(request.user, uuid)
    form = TransferForm(request.POST)
    if form.is_valid():
        student = caseload.transfer(student, to=form.cleaned_data["to"], by=request.user, at=timezone.now())
        messages.success(request, _("%(tutor)s looks after this student now.") % {"tutor": student.tutor})
    else:
        messages.error(request, _("Choose one of the tutors."))
    return redirect("tutoring_student", student.uuid)


def visible_student(user, uuid) -> Student:
    """The student, if ``user`` may see them; to anybody else there is none."""
    if not caseload.may_open_list(user):
        raise Http404
    students = Student.objects.visible_to(user).select_related(
        "person", "tutor", "intake__programme", "enrolment__application"
    )
    return get_object_or_404(students, uuid=uuid)
