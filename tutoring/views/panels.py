"""What tutoring hangs on the walls of other floors."""

from django.db.models import Exists, OuterRef
from django.utils import timezone
from django.utils.functional import cached_property

from people.walls import Panel
from tutoring import letters, roll, satisfaction, surveys
from tutoring.models import Student, SurveyInvitation
from tutoring.roles import ALL, OWN


class SatisfactionPanel(Panel):
    """On a product sheet: what its students answered, once five have."""

    order = 60
    name = "satisfaction"
    template_name = "tutoring/satisfaction_panel.html"

    def __init__(self, programme):
        self.satisfaction = satisfaction.of_programme(programme)

    def is_shown(self):
        return self.satisfaction is not None

    def get_context_data(self, parent_context=None):
        return {"satisfaction": self.satisfaction}


class StudiesPanel(Panel):
    """On the page of a person: programme, tutor, contacts and, for those who care for the student, the scores."""

    order = 150
    name = "studies"
    template_name = "tutoring/admin/studies_panel.html"

    def __init__(self, request, person):
        self.user, self.person = request.user, person

    @cached_property
    def students(self) -> list[Student]:
        """What they study, each with whether the reader may open it and whether they care for it."""
        same = {"pk": OuterRef("pk")}
        studies = self.person.studies.select_related("tutor", "intake__programme").order_by("-started_at")
        return list(
            studies.annotate(
                may_open=Exists(Student.objects.visible_to(self.user).filter(**same)),
                is_cared_for=Exists(Student.objects.in_care_of(self.user).filter(**same)),
            )
        )

    def is_shown(self):
        return bool(self.students)

    def get_context_data(self, parent_context=None):
        answers: dict[int, list[SurveyInvitation]] = {}
        cared_for = [student.pk for student in self.students if student.is_cared_for]
        found = SurveyInvitation.objects.filter(student__in=cared_for, score__isnull=False).select_related("survey")
        for answer in found.order_by("answered_at"):
            answers.setdefault(answer.student_id, []).append(answer)
        on = timezone.localdate()
        return {
            "rows": [
                (
                    student,
                    roll.due(student, on=on),
                    answers.get(student.pk, []),
                    student.may_open,
                    student.is_cared_for,
                )
                for student in self.students
            ]
        }


class TutorDayPanel(Panel):
    """On the home of a tutor: whom to speak with today, and why; and for those who lead, who has no tutor."""

    order = 20
    name = "tutor-day"
    template_name = "tutoring/admin/my_day_panel.html"

    def __init__(self, request):
        self.user = request.user

    def get_context_data(self, parent_context=None):
        steps, number = roll.steps_of(self.user, at=timezone.now())
        unassigned = Student.objects.in_progress().filter(tutor=None).count() if self.user.has_perm(ALL) else 0
        return {
            "steps": steps,
            "number": number,
            "more": number - len(steps),
            "unassigned": unassigned,
            "tutors": self.user.has_perm(OWN),
        }


class SurveyWaitingPanel(Panel):
    """On the campus: a survey that waits for an answer."""

    order = 30
    name = "survey-waiting"
    template_name = "tutoring/survey_panel.html"

    def __init__(self, person):
        self.invitations = surveys.waiting_for(person, at=timezone.now())

    def is_shown(self):
        return bool(self.invitations)

    def get_context_data(self, parent_context=None):
        return {"rows": [(invitation.survey, letters.survey_path(invitation)) for invitation in self.invitations]}


class YourTutorPanel(Panel):
    """On the campus: who is there for the student."""

    order = 20
    region = "aside"
    name = "your-tutor"
    template_name = "tutoring/tutor_panel.html"

    def __init__(self, person):
        self.students = list(
            Student.objects.in_progress()
            .filter(person=person)
            .select_related("tutor", "intake__programme")
            .order_by("-started_at")[:5]
        )

    def is_shown(self):
        return bool(self.students)

    def get_context_data(self, parent_context=None):
        on = timezone.localdate()
        return {"students": [(student, initials(student.tutor), roll.due(student, on=on)) for student in self.students]}


def initials(user) -> str:
    return f"{user.first_name[:1]}{user.last_name[:1]}".upper() or user.email[:1].upper() if user else ""
