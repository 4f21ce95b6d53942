"""Who works at the desk: calendars, teams, shifts, what advisers learnt and agreed with their managers."""

from django.utils.translation import gettext_lazy as _

from people.privacy.personal_data import CONTRACT, DELETE, Field, Table

WORK = _("Your work at the desk")

TABLES = [
    Table(model="contact_centre.WorkingCalendar", nameless="id name time_zone is_default changed_at recomputed_at"),
    Table(model="contact_centre.WorkingInterval", nameless="id calendar weekday from_time until_time"),
    Table(
        model="contact_centre.SpecialDay",
        links="confirmed_by",
        nameless="id calendar day name from_time until_time confirmed_at",
    ),
    Table(model="contact_centre.Team", links="supervisor", nameless="id name calendar kinds"),
    Table(
        model="contact_centre.Adviser",
        links="user",
        nameless="id team languages capacity per_day is_pushed",
    ),
    Table(
        model="contact_centre.Shift", links="user", nameless="id weekday from_time until_time valid_from valid_until"
    ),
    Table(
        model="contact_centre.Absence",
        section=WORK,
        of=["user__person"],
        why=CONTRACT,
        erasure=DELETE,
        personal={
            "starts_at": Field(_("Away from")),
            "ends_at": Field(_("Until")),
            "why": Field(_("Why")),
        },
        links="user noted_by",
        nameless="id",
        dated="starts_at",
    ),
    Table(
        model="contact_centre.PushRule",
        links="to last_given_to",
        nameless="id name position is_on kinds languages programmes team strategy",
    ),
    Table(model="contact_centre.Presence", links="user", nameless="id case doing seen_at"),
    Table(
        model="contact_centre.StaffNotice",
        links="user",
        nameless="id key text url case created_at due_at mailed_at read_at",
    ),
    Table(
        model="contact_centre.ProductCourse",
        nameless="id programme title body pass_percent valid_months is_required is_live changed_at",
    ),
    Table(model="contact_centre.QuizQuestion", nameless="id course position text explanation"),
    Table(model="contact_centre.QuizChoice", nameless="id question position text is_right"),
    Table(
        model="contact_centre.QuizAttempt",
        section=WORK,
        of=["user__person"],
        why=CONTRACT,
        erasure=DELETE,
        personal={
            "started_at": Field(_("Quiz begun")),
            "ended_at": Field(_("Quiz ended")),
            "percent": Field(_("Right answers (%)")),
            "passed": Field(_("Passed")),
        },
        links="user",
        nameless="id uuid course answers",
        dated="started_at",
    ),
    Table(
        model="contact_centre.Certification",
        section=WORK,
        of=["user__person"],
        why=CONTRACT,
        erasure=DELETE,
        personal={
            "programme": Field(_("Certified for"), shown_as="programme__title"),
            "granted_at": Field(_("Since")),
            "until": Field(_("Until")),
            "why": _("Why"),
        },
        links="user granted_by",
        nameless="id attempt revoked_at",
        dated="granted_at",
    ),
    Table(
        model="contact_centre.Skill",
        section=WORK,
        of=["user__person"],
        why=CONTRACT,
        erasure=DELETE,
        personal={"name": _("Skill"), "level": Field(_("Level"))},
        links="user noted_by",
        nameless="id noted_at",
    ),
    Table(
        model="contact_centre.CoachingNote",
        section=WORK,
        of=["user__person"],
        why=CONTRACT,
        erasure=DELETE,
        personal={
            "text": _("Coaching note"),
            "next_step": _("Agreed next step"),
            "written_at": Field(_("When")),
        },
        links="user written_by",
        nameless="id case is_shared read_at",
        dated="written_at",
    ),
    Table(
        model="contact_centre.Objective",
        links="user",
        nameless="id team metric target valid_from valid_until",
    ),
]
