"""One row of everything an address can lead to, so that the table of roles is tried on pages that exist.

The student is the tutor's and studies what the teacher teaches; nobody else owns anything.
"""

from datetime import UTC, datetime

from django.contrib.auth.models import Group
from django.utils import timezone

from contact_centre.models import DeskAct
from enquiries.sessions import tickets
from people.access import api_tokens, roles
from people.identity import merging
from people.models import (
    ApiToken,
    AuditEntry,
    AuditReview,
    Channel,
    ImportRun,
    ImportUpload,
    Person,
    Relationship,
    Touchpoint,
)
from programmes.models import ProgrammePage
from tests.factories.arguments import ArgumentFactory, RivalFactory
from tests.factories.assignment import AbsenceFactory, AdviserFactory, PushRuleFactory, TeamFactory
from tests.factories.community import ForumFactory, ThreadFactory
from tests.factories.contact_centre import (
    CaseFactory,
    PromiseFactory,
    TemplateVersionFactory,
    WorkingCalendarFactory,
)
from tests.factories.desk import CallListFactory, FollowUpFactory, LadderStepFactory
from tests.factories.enquiries import CampaignFactory, EnquiryFactory
from tests.factories.enrolment import ApplicationFactory, EnrolmentFactory, PaymentFactory, ReceiptFactory
from tests.factories.forms import AnswerFileFactory, make_form
from tests.factories.inbound import CallFactory, InboundAttachmentFactory, InboundMessageFactory
from tests.factories.journeys import WalkFactory
from tests.factories.origins import CampaignNumberFactory, ShortLinkFactory, SpokenSourceFactory
from tests.factories.people import ConsentFactory, OutgoingMessageFactory, PersonFactory, UserFactory
from tests.factories.plans import (
    AgreementFactory,
    ChannelFactory,
    MentionFactory,
    PartnerFactory,
    PlanFactory,
    PostFactory,
    StudyFactory,
)
from tests.factories.programmes import IntakeFactory, ProgrammeFactory, TeacherFactory
from tests.factories.revival import PlayFactory
from tests.factories.sends import SegmentFactory, SendFactory
from tests.factories.sessions import AppointmentFactory, SessionPlaceFactory
from tests.factories.training import (
    CertificationFactory,
    CoachingNoteFactory,
    ObjectiveFactory,
    ProductCourseFactory,
    QuizAttemptFactory,
)
from tests.factories.tutoring import StudentFactory, SurveyFactory

AT = datetime(2027, 3, 8, 9, tzinfo=UTC)


class Rows:
    """The school in small, and which of its rows stands in which address."""

    def __init__(self):
        self.programme = ProgrammeFactory(page=True)
        self.intake = IntakeFactory(programme=self.programme)
        self.staff = {role: UserFactory(role=role) for role in (roles.TUTOR, roles.TEACHER)}
        teacher = TeacherFactory(login=self.staff[roles.TEACHER])
        for page in ProgrammePage.objects.filter(programme=self.programme):
            page.teachers.add(teacher)
            page.save()
        enrolment = EnrolmentFactory(application=ApplicationFactory(intake=self.intake, enrolled=True))
        self.person: Person = enrolment.person
        self.student = StudentFactory(enrolment=enrolment, tutor=self.staff[roles.TUTOR])
        self.known = self._addresses(teacher)

    def user_of(self, role):
        """The login to whom rows belong, for the roles that have rows of their own."""
        return self.staff.get(role)

    def of(self, route):
        """What stands in the places of ``route``, by the longest beginning that is known."""
        beginnings = [line for line in self.known if route.startswith(line)]
        return self.known[max(beginnings, key=len)] if beginnings else {}

    def _addresses(self, teacher):
        person, applicant = self.person, ApplicationFactory(intake=self.intake, submitted=True)
        payment = PaymentFactory(settled=True)
        touchpoint = Touchpoint.objects.create(
            person=person, at=AT, channel=Channel.WEB, direction="in", kind="people.signed_in"
        )
        relationship = Relationship.objects.create(
            person=person, relative=PersonFactory(), kind="mother", since=AT, source="Call"
        )
        run = ImportRun.objects.create(kind="leads", file_name="leads.csv", started_at=AT, finished_at=AT)
        upload = ImportUpload.objects.create(kind="people", file_name="people.csv", created_at=AT, state="done")
        entry = AuditEntry.objects.create(at=AT, by=UserFactory(), act="read", what="people.person_page", person=person)
        thread = ThreadFactory(forum=ForumFactory(programme=self.programme))
        enquiry, campaign = EnquiryFactory(person=person), CampaignFactory()
        api_tokens.issue("Website", ["enquiries:write"], at=timezone.now())
        message = OutgoingMessageFactory(person=PersonFactory())
        argument, rival = ArgumentFactory(programme=None), RivalFactory(programme=self.programme)
        passed_on = DeskAct.objects.create(
            kind="hand_over", by=None, at=AT, before={"user": 0, "cases": {}, "follow_ups": [], "promises": []}
        )
        return {
            "admin/absences/": {"pk": AbsenceFactory().pk},
            "admin/advisers/": {"pk": AdviserFactory().pk},
            "admin/advisers/<int:pk>/": {"pk": UserFactory(role=roles.ADVISER).pk, "act": "note"},
            "admin/my-day/coaching/": {"pk": CoachingNoteFactory().pk},
            "admin/courses/": {"pk": ProductCourseFactory(programme=self.programme).pk},
            "admin/courses/quiz/": {"uuid": QuizAttemptFactory().uuid},
            "admin/courses/certificates/": {"pk": CertificationFactory().pk},
            "admin/objectives/": {"pk": ObjectiveFactory().pk},
            "admin/desk-figures/": {"code": "kept"},
            "admin/assignment-rules/": {"pk": PushRuleFactory().pk},
            "admin/handover/": {"uuid": passed_on.uuid},
            "admin/teams/": {"pk": TeamFactory().pk},
            "admin/applications/": {"pk": applicant.pk},
            "admin/audit/review/": {"pk": AuditReview.objects.create(entry=entry, picked_at=AT).pk},
            "admin/appointments/": {"uuid": AppointmentFactory(person=person).uuid, "act": "held"},
            "admin/appointments/for/": {"uuid": person.uuid},
            "admin/sessions/": {"uuid": (place := SessionPlaceFactory()).session.uuid, "pk": place.session.pk},
            "admin/sessions/<uuid:uuid>/act/": {"uuid": place.session.uuid, "act": "open"},
            "admin/sessions/places/": {"uuid": place.uuid, "act": "in"},
            "admin/sessions/check-in/": {"code": tickets.door_url(place).rstrip("/").rpartition("/")[2]},
            "admin/calendars/": {"pk": WorkingCalendarFactory().pk},
            "admin/campaigns/": {"pk": campaign.pk},
            "admin/forms/": {"pk": make_form("roles").pk},
            "admin/forms/files/": {"uuid": AnswerFileFactory(enquiry=enquiry).uuid},
            "admin/short-links/": {"pk": ShortLinkFactory(campaign=campaign).pk},
            "admin/campaign-numbers/": {"pk": CampaignNumberFactory(campaign=campaign).pk},
            "admin/spoken-sources/": {"pk": SpokenSourceFactory().pk},
            "admin/cases/": {"uuid": CaseFactory(person=person).uuid, "pk": argument.pk},
            "admin/^queue/views/": {"pk": 999999, "act": "up"},
            "admin/^follow-ups/": {"pk": FollowUpFactory(person=person).pk, "act": "done"},
            "admin/call/": {"uuid": person.uuid},
            "admin/journeys/": {"uuid": (walk := WalkFactory(person=person)).journey.uuid},
            "admin/walks/": {"pk": walk.pk},
            "admin/call-lists/": {"uuid": (calls := CallListFactory()).uuid},
            "admin/^call-lists/": {"uuid": calls.uuid, "act": "close"},
            "admin/call_list_editor/": {"pk": calls.pk},
            "admin/ladder/": {"pk": LadderStepFactory().pk},
            "admin/consents/": {"pk": ConsentFactory(person=person).pk},
            "admin/enquiries/": {"uuid": enquiry.uuid},
            "admin/enquiries/inspect/": {"pk": enquiry.pk},
            "admin/lost-enquiries/": {"uuid": PlayFactory().uuid},
            "admin/enquiries/undo/": {"uuid": DeskAct.objects.create(kind="lose_enquiries", at=AT).uuid},
            "admin/applications/begin/": {"uuid": enquiry.uuid},
            "admin/forums/": {"pk": thread.forum.pk},
            "admin/held/": {"uuid": (letter := InboundMessageFactory()).uuid},
            "admin/held/files/": {"uuid": InboundAttachmentFactory(message=letter).uuid},
            "admin/imports/": {"pk": run.pk},
            "admin/merges/": {"pk": merging.merge(PersonFactory(), PersonFactory(), at=AT).pk},
            "admin/messages/": {"pk": message.pk},
            "admin/payments/": {"pk": payment.pk},
            "admin/people/": {"uuid": person.uuid},
            "admin/people/import/": {"uuid": upload.uuid},
            "admin/people/<uuid:uuid>/timeline/": {"uuid": person.uuid, "pk": touchpoint.pk},
            "admin/people/<uuid:uuid>/relatives/": {"uuid": person.uuid, "pk": relationship.pk},
            "admin/^promises/": {"uuid": PromiseFactory(person=person).uuid, "act": "keep"},
            "admin/^people/": {"uuid": person.uuid, "pk": person.identities.get().pk},
            "admin/programmes/programme/": {"pk": self.programme.pk},
            "admin/programmes/collection/": {"pk": self.programme.collection_id},
            "admin/programmes/field/": {"pk": self.programme.field_id},
            "admin/programmes/teacher/": {"pk": teacher.pk},
            "admin/programmes/sheet/": {"uuid": self.programme.uuid},
            "admin/programmes/benchmark/": {"uuid": self.programme.uuid},
            "admin/programmes/argument/": {"pk": argument.pk},
            "admin/programmes/rival/": {"pk": rival.pk},
            "admin/programmes/competitor/": {"pk": rival.competitor_id},
            "admin/reports/arguments/": {"pk": argument.pk},
            "admin/programme_chooser/": {"pk": self.programme.pk},
            "admin/matrix/": {"moment": "enquiry_received", "channel": "email"},
            "admin/telephone/": {"uuid": CallFactory(person=person).uuid},
            "admin/telephone/<uuid:uuid>/dial/": {"uuid": person.uuid},
            "admin/segments/": {"uuid": SegmentFactory().uuid},
            "admin/sends/": {"uuid": SendFactory().uuid},
            "admin/templates/": {"pk": TemplateVersionFactory().template.pk, "number": 1},
            "admin/school-api-tokens/": {"pk": ApiToken.objects.get().pk},
            "admin/students/": {"uuid": self.student.uuid},
            "admin/surveys/": {"pk": SurveyFactory().pk},
            "admin/surveys/answers/": {"slug": SurveyFactory().slug},
            "admin/groups/": {"pk": Group.objects.get(name=roles.MODERATOR).pk},
            "admin/users/": {"pk": UserFactory(role=roles.MODERATOR).pk},
            "campaign-calendar/": {"secret": "nobody-s"},
            "admin/marketing-plans/": {"pk": PlanFactory().pk},
            "admin/lead-agreements/": {"pk": AgreementFactory().pk, "side": "marketing"},
            "admin/market-studies/": {"pk": StudyFactory().pk},
            "admin/partners/": {"pk": PartnerFactory().pk},
            "admin/mentions/": {"pk": MentionFactory().pk},
            "admin/social-channels/": {"pk": ChannelFactory().pk},
            "admin/social-posts/": {"pk": PostFactory().pk},
            "apply/": {"intake_id": self.intake.pk, "uuid": applicant.uuid},
            "campus/receipts/": {"number": ReceiptFactory(payment=payment).number},
            "community/": {"slug": thread.forum.slug},
            "community/t/": {"uuid": thread.uuid},
            "community/p/": {"uuid": thread.posts.get().uuid},
            "cover/": {"uuid": self.programme.uuid, "slug": self.programme.field.slug},
        }
