"""Teams, advisers with their week, absences, and the rules of assignment."""

from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, FieldRowPanel, HelpPanel, MultiFieldPanel, ObjectList
from wagtail.admin.ui.tables import BooleanColumn, Column
from wagtail.admin.views import generic
from wagtail.admin.viewsets.model import ModelViewSet
from wagtail.admin.widgets.button import HeaderButton

from contact_centre.models import Absence, Adviser, Case, PushRule, Team, Weekday
from contact_centre.viewsets.team_forms import AdviserForm, OfAdviserForm, PushRuleForm, TeamForm
from people.models import Language

UNTIL_NOTICE = _("Empty: until further notice.")


def _named(codes, words) -> str:
    return ", ".join(str(words(code).label) for code in codes if code in words.values)


def _kinds(row) -> str:
    return _named(row.kinds, Case.Kind) or str(_("all"))


def _languages(row) -> str:
    return _named(row.languages, Language) or str(_("all"))


class JoinedIndexView(generic.IndexView):
    """A list that reads what its rows name in the same query."""

    joined: tuple[str, ...] = ()

    def get_base_queryset(self):
        return super().get_base_queryset().select_related(*self.joined)


class TeamIndexView(JoinedIndexView):
    joined = ("supervisor", "calendar")


class OfUserIndexView(JoinedIndexView):
    joined = ("user",)


class AdviserIndexView(JoinedIndexView):
    joined = ("user", "team")


class RuleIndexView(JoinedIndexView):
    joined = ("team", "to")

    @property
    def header_buttons(self):
        url = reverse("contact_centre_rehearsal")
        return [*super().header_buttons, HeaderButton(label=_("Rehearse on last week"), url=url, icon_name="list-ul")]


class RuleEditView(generic.EditView):
    @property
    def header_more_buttons(self):
        url = f"{reverse('contact_centre_rehearsal')}?with={self.object.pk}"
        return [
            *super().header_more_buttons,
            HeaderButton(label=_("Rehearse on last week"), url=url, icon_name="list-ul"),
        ]


class TeamViewSet(ModelViewSet):
    model = Team
    name = "teams"
    url_prefix = "teams"
    icon = "group"
    add_to_reference_index = False
    copy_view_enabled = False
    index_view_class = TeamIndexView
    list_display = ["name", Column("kinds", label=_("Kinds of cases"), accessor=_kinds), "supervisor", "calendar"]
    search_fields = ("name",)
    ordering = ("name",)
    edit_handler = ObjectList(
        [
            FieldPanel("name"),
            FieldPanel("supervisor", help_text=_("Owns what nobody takes in time, and hears of late answers.")),
            FieldPanel("calendar", help_text=_("Empty: the calendar of the school.")),
            FieldPanel("kinds"),
        ],
        base_form_class=TeamForm,
    )


class AdviserViewSet(ModelViewSet):
    model = Adviser
    name = "advisers"
    url_prefix = "advisers"
    icon = "user"
    add_to_reference_index = False
    copy_view_enabled = False
    index_view_class = AdviserIndexView
    list_display = [
        "user",
        "team",
        Column("languages", label=_("Languages"), accessor=_languages),
        "capacity",
        "per_day",
        BooleanColumn("is_pushed", label=_("By rules")),
    ]
    list_filter = ("team", "is_pushed")
    search_fields = ("user__first_name", "user__last_name", "user__email")
    ordering = ("user__first_name", "user__last_name")
    edit_handler = ObjectList(
        [
            FieldRowPanel([FieldPanel("user"), FieldPanel("team")]),
            FieldPanel("languages"),
            FieldRowPanel([FieldPanel("capacity"), FieldPanel("per_day")]),
            FieldPanel("is_pushed"),
            MultiFieldPanel(
                [
                    HelpPanel(
                        _("Such as 9:00–14:00, 15:00–18:00. All days empty: the hours of the team. Holidays count.")
                    ),
                    *(FieldPanel(f"day_{day.value}") for day in Weekday),
                ],
                heading=_("At the desk each week"),
            ),
        ],
        base_form_class=AdviserForm,
    )


class AbsenceViewSet(ModelViewSet):
    model = Absence
    name = "absences"
    url_prefix = "absences"
    icon = "calendar"
    add_to_reference_index = False
    copy_view_enabled = False
    index_view_class = OfUserIndexView
    list_display = ["user", "why", "starts_at", "ends_at"]
    list_filter = ("why",)
    search_fields = ("user__first_name", "user__last_name", "user__email")
    ordering = ("-starts_at",)
    edit_handler = ObjectList(
        [
            FieldRowPanel([FieldPanel("user"), FieldPanel("why")]),
            FieldRowPanel([FieldPanel("starts_at"), FieldPanel("ends_at", help_text=UNTIL_NOTICE)]),
        ],
        base_form_class=OfAdviserForm,
    )


class PushRuleViewSet(ModelViewSet):
    model = PushRule
    name = "assignment_rules"
    url_prefix = "assignment-rules"
    icon = "list-ul"
    add_to_reference_index = False
    copy_view_enabled = False
    index_view_class = RuleIndexView
    edit_view_class = RuleEditView
    list_display = [
        "position",
        "name",
        Column("kinds", label=_("Kinds of cases"), accessor=_kinds),
        Column("languages", label=_("Languages"), accessor=_languages),
        "team",
        "to",
        BooleanColumn("is_on", label=_("In use")),
    ]
    search_fields = ("name",)
    ordering = ("position", "pk")
    edit_handler = ObjectList(
        [
            HelpPanel(
                _(
                    "The first rule that fits a case decides. It gives only to people who are at the desk, let "
                    "themselves be given cases, may take this one and have room; otherwise it waits in the queue."
                )
            ),
            FieldPanel("name"),
            FieldRowPanel([FieldPanel("position"), FieldPanel("is_on")]),
            MultiFieldPanel(
                [FieldPanel("kinds"), FieldPanel("languages"), FieldPanel("programmes")], heading=_("Which cases")
            ),
            MultiFieldPanel(
                [FieldRowPanel([FieldPanel("team"), FieldPanel("to")]), FieldPanel("strategy")], heading=_("To whom")
            ),
        ],
        base_form_class=PushRuleForm,
    )
