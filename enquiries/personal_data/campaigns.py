"""What campaigns hold about people: who of the school works on them, and nothing about those they reach."""

from django.utils.translation import gettext_lazy as _

from people.privacy.personal_data import CONTRACT, NAMELESS, Field, Table

WORK = _("Your work on campaigns")

TABLES = [
    Table(
        model="enquiries.Campaign",
        links="owner",
        nameless="id slug name parent state metric baseline target budget_minor currency starts_on "
        "ends_on launched_at closed_at",
    ),
    Table(model="enquiries.CampaignAudience", nameless="id campaign segment words size"),
    Table(model="enquiries.CampaignChannel", nameless="id campaign medium message"),
    Table(model="enquiries.CampaignStep", links="by", nameless="id campaign step text done_at"),
    Table(model="enquiries.CampaignTarget", nameless="id campaign programme intake enquiries enrolments"),
    Table(
        model="enquiries.CampaignAction",
        links="owner",
        nameless="id campaign code name kind medium state starts_on ends_on cost_planned_minor currency send note "
        "files",
    ),
    Table(model="enquiries.Spending", links="by", nameless="id campaign action on amount_minor currency note noted_at"),
    Table(
        model="enquiries.CampaignHelper",
        section=WORK,
        of=["user__person"],
        why=CONTRACT,
        personal={"planned_minutes": Field(_("Minutes planned"), NAMELESS)},
        links="user",
        nameless="id campaign",
    ),
    Table(
        model="enquiries.TimeSpent",
        section=WORK,
        of=["user__person"],
        why=CONTRACT,
        personal={
            "on": Field(_("Day"), NAMELESS),
            "minutes": Field(_("Minutes"), NAMELESS),
            "note": _("What for"),
        },
        links="user",
        nameless="id campaign",
        dated="on",
    ),
    Table(model="enquiries.CampaignChange", links="by", nameless="id campaign at what before after why"),
]
