"""What the house itself holds about those who work in it: logins, the audit, imports, tokens."""

from django.utils.translation import gettext_lazy as _

from people.privacy import retention_rules
from people.privacy.personal_data import (
    CARE,
    DELETE,
    DUTY,
    NAMELESS,
    SECURITY,
    Field,
    Table,
)

ACCOUNT, WHO_SAW = _("Your account"), _("Who read or changed your data")


TABLES = [
    Table(
        model="people.User",
        section=ACCOUNT,
        of=["person"],
        why=SECURITY,
        personal={
            "email": Field(_("E-mail address to sign in with"), is_by_hand=True),
            "first_name": _("Given name"),
            "last_name": _("Family name"),
            "password": Field(_("Password"), is_secret=True, is_by_hand=True),
            "date_joined": Field(_("Since"), NAMELESS),
            "last_login": _("Last sign-in"),
        },
        nameless="id is_superuser is_staff is_active groups user_permissions",
    ),
    Table(
        model="people.KnownDevice",
        section=ACCOUNT,
        of=["user__person"],
        why=SECURITY,
        kept=_("Two years after it was last used."),
        erasure=DELETE,
        personal={
            "agent": _("Browser and system"),
            "key_hash": Field(_("Mark of the browser"), is_secret=True),
            "first_seen_at": _("First seen"),
            "last_seen_at": _("Last seen"),
        },
        links="user",
        nameless="id",
        dated="last_seen_at",
    ),
    Table(
        model="people.AuditEntry",
        section=WHO_SAW,
        of=["person"],
        why=DUTY,
        kept="audit",
        personal={
            "at": Field(_("When"), NAMELESS),
            "act": Field(_("Act"), NAMELESS),
            "what": Field(_("What"), NAMELESS),
            "detail": _("Which fields, and why"),
        },
        links="person by really_by",
        nameless="id about_kind about_id",
        dated="at",
    ),
    Table(
        model="people.AuditReview",
        section=WHO_SAW,
        of=["entry__person"],
        why=DUTY,
        kept="audit",
        personal={
            "picked_at": Field(_("Picked to be looked at again"), NAMELESS),
            "reviewed_at": Field(_("Looked at"), NAMELESS),
            "finding": Field(_("Finding"), NAMELESS),
            "note": _("Note"),
        },
        links="by",
        nameless="id entry reasons",
        dated="picked_at",
    ),
    Table(model="people.AuditWeek", nameless="starts_on entries picked picked_at"),
    Table(
        model="people.AuditSettings",
        nameless="id site share_percent at_least at_most work_begins work_ends many_people",
    ),
    Table(model="people.GrantedRight", nameless="id group permission"),
    Table(
        model="people.ImportRun",
        why=CARE,
        kept="uploads",
        personal={"rejected": _("Lines of a file that were not taken in, and why"), "file_name": _("Name of the file")},
        links="by",
        nameless="id uuid kind started_at finished_at created updated unchanged rows_total rows_done undone_at",
        reached=_("by the addresses of the person"),
    ),
    Table(
        model="people.ImportChange",
        why=CARE,
        personal={"before": _("Fields as they were before an import"), "after": _("Fields as an import wrote them")},
        nameless="id run model row_id",
        reached=_("by the rows of the person, in whichever table"),
    ),
    Table(model="people.ImportMapping", nameless="id kind source columns changed_at"),
    Table(
        model="people.ImportUpload",
        why=CARE,
        kept=_("Thirty days."),
        personal={
            "stored_as": _("File with lines about several people"),
            "file_name": _("Name of the file"),
            "preview": _("Lines shown before they are taken in"),
            "decisions": _("To whom a line belongs"),
            "why": _("Why it was not taken in"),
        },
        links="by",
        nameless="id uuid kind source columns state rows_total rows_done claimed_at created_at run",
        reached=_("by the addresses of the person in the file"),
    ),
    Table(
        model="people.PlannedErasure",
        section=_("When you will be forgotten"),
        of=["person"],
        why=DUTY,
        personal={
            "code": Field(_("Rule"), NAMELESS, words=retention_rules.names),
            "noted_at": Field(_("Noted"), NAMELESS),
            "bites_on": Field(_("Forgotten from"), NAMELESS),
            "held_until": Field(_("Held until"), NAMELESS),
            "held_why": _("Why it is held"),
        },
        links="person held_by",
        nameless="id done_at",
        dated="noted_at",
    ),
    Table(model="people.RetentionPeriod", links="changed_by", nameless="id code months is_active changed_at"),
    Table(model="people.ApiToken", links="by", nameless="id name token_hash shown_part scopes created_at revoked_at"),
    Table(model="people.UsedLink", nameless="key at"),
    Table(model="people.ConsentText", nameless="id purpose version language text since"),
    Table(
        model="people.ContactRules",
        nameless="id quiet_from quiet_until commercial_cap cap_days customer_months confirm_by_mail",
    ),
    Table(model="people.Heartbeat", nameless="process at"),
]
