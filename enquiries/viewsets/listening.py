"""Mentions, channels and posts: their lists and forms."""

import django_filters
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.panels import FieldPanel, FieldRowPanel, MultiFieldPanel, ObjectList
from wagtail.admin.ui.tables import BooleanColumn, Column, DateColumn, NumberColumn, StatusTagColumn
from wagtail.admin.views import generic
from wagtail.admin.widgets.button import HeaderButton

from enquiries.listening import mentions
from enquiries.models import Mention, SocialChannel, SocialPost
from enquiries.views.listening import MONTH, MentionPageView
from enquiries.views.listening_forms import ChannelForm, MentionForm, PostForm
from enquiries.viewsets.plans import PageFirstIndexView, ToItsPage, TopicViewSet
from people.back_office import AuditedExport, formula_safe


def _words(mention) -> str:
    words = " ".join(mention.text.split())
    return f"{words[:90]}…" if len(words) > 90 else words


class MentionFilterSet(WagtailFilterSet):
    is_waiting = django_filters.BooleanFilter(label=_("Waits for an answer"), method="filter_waiting")
    about = django_filters.ChoiceFilter(
        label=_("About"), choices=[("us", _("Us")), ("rivals", _("Rivals"))], method="filter_about"
    )

    class Meta:
        model = Mention
        fields = ["is_waiting", "about", "is_crisis", "network", "tone", "campaign"]

    def filter_waiting(self, rows, name, value):
        waiting = mentions.waiting().values("pk")
        return rows.filter(pk__in=waiting) if value else rows.exclude(pk__in=waiting)

    def filter_about(self, rows, name, value):
        return rows.filter(rival__isnull=value == "us")


class MentionIndexView(AuditedExport, PageFirstIndexView):
    joined = ("rival", "person", "campaign")
    title_of = staticmethod(_words)

    @property
    def header_buttons(self):
        buttons = super().header_buttons
        if self.request.user.has_perm("enquiries.add_mention"):
            buttons.append(HeaderButton(_("Import"), url=reverse("enquiries_mentions_import"), icon_name="upload"))
        return buttons

    def get_context_data(self, *args, **kwargs):
        at = timezone.now()
        return super().get_context_data(*args, **kwargs) | {
            "figures": mentions.figures(since=at - MONTH, at=at),
            "target": mentions.TARGET_PERCENT,
        }

    def to_row_dict(self, item):
        row = super().to_row_dict(item)
        return {field: formula_safe(value) if isinstance(value, str) else value for field, value in row.items()}


class MentionCreateView(ToItsPage, generic.CreateView):
    model_viewset_name = "mentions"
    page_title = _("New mention")

    def get_initial_form_instance(self):
        return Mention(said_at=timezone.now(), logged_at=timezone.now())

    def save_instance(self):
        return mentions.note(self.form.save(commit=False), at=timezone.now(), by=self.request.user)


def _state(mention) -> str:
    if mention.is_crisis:
        return str(_("Crisis"))
    if mention.answered_at:
        return str(_("Answered"))
    if mention.needs_answer and mention.due_at:
        return str(_("Late") if mention.due_at <= timezone.now() else _("Waits"))
    return str(_("Noted"))


class MentionViewSet(TopicViewSet):
    """Noted once and then acted on: answered, called a crisis, left; never rewritten."""

    model = Mention
    name = "mentions"
    url_prefix = "mentions"
    icon = "comment"
    index_view_class = MentionIndexView
    add_view_class = MentionCreateView
    inspect_view_class = MentionPageView
    index_template_name = "enquiries/admin/mentions_list.html"
    inspect_template_name = "enquiries/admin/mentions_page.html"
    filterset_class = MentionFilterSet
    ordering = ["-said_at", "-pk"]
    search_fields = ["text", "author"]
    list_display = [
        "text",
        Column("network", label=_("Where"), accessor=lambda one: one.get_network_display(), sort_key="network"),
        Column("rival", label=_("About"), accessor=lambda one: one.rival or _("Us")),
        Column("tone", label=_("Tone"), accessor=lambda one: one.get_tone_display(), sort_key="tone"),
        NumberColumn("reach", label=_("Reach"), sort_key="reach", accessor=lambda one: one.reach or "–"),
        DateColumn("said_at", label=_("Said"), sort_key="said_at"),
        StatusTagColumn(
            "state", label=_("State"), accessor=_state, primary=lambda one: bool(one.is_crisis or one.answered_at)
        ),
    ]
    list_export = [
        "uuid", "said_at", "network", "author", "address", "text", "tone", "reach", "rival", "is_crisis", "due_at",
        "answered_at",
    ]  # fmt: skip
    export_filename = "mentions"
    edit_handler = ObjectList(
        [
            FieldPanel("text"),
            FieldRowPanel([FieldPanel("network"), FieldPanel("author"), FieldPanel("said_at")]),
            FieldPanel("address", help_text=_("The link to it: what is known by its link is not noted twice.")),
            FieldRowPanel([FieldPanel("rival"), FieldPanel("tone"), FieldPanel("reach")]),
            FieldRowPanel([FieldPanel("who"), FieldPanel("campaign")]),
            MultiFieldPanel(
                [
                    FieldPanel("needs_answer", help_text=_("Within a working day; within half of one if it is bad.")),
                    FieldPanel("is_crisis", help_text=_("Tells the director and whoever leads the desk at once.")),
                ],
                heading=_("What to do"),
                icon="warning",
            ),
        ],
        base_form_class=MentionForm,
    )

    def get_urlpatterns(self):
        conv = self.pk_path_converter
        return [
            path("", self.index_view, name="index"),
            path("results/", self.index_results_view, name="index_results"),
            path("new/", self.add_view, name="add"),
            path(f"inspect/<{conv}:pk>/", self.inspect_view, name="inspect"),
        ]

    def get_common_view_kwargs(self, **kwargs):
        absent = dict.fromkeys(["history_url_name", "usage_url_name", "edit_url_name", "delete_url_name"])
        return super().get_common_view_kwargs(**{**absent, **kwargs})


class ChannelViewSet(TopicViewSet):
    model = SocialChannel
    name = "social_channels"
    url_prefix = "social-channels"
    icon = "comment"
    inspect_view_enabled = False
    index_view_class = generic.IndexView
    ordering = ["network", "handle"]
    list_display = [
        "handle",
        Column("network", label=_("Network"), accessor=lambda one: one.get_network_display(), sort_key="network"),
        NumberColumn("posts_per_week", label=_("Posts a week"), sort_key="posts_per_week"),
        Column("goal", label=_("What for")),
    ]
    edit_handler = ObjectList(
        [
            FieldRowPanel([FieldPanel("network"), FieldPanel("handle")]),
            FieldPanel("goal"),
            FieldRowPanel([FieldPanel("posts_per_week"), FieldPanel("owner")]),
        ],
        base_form_class=ChannelForm,
    )


class PostIndexView(PageFirstIndexView):
    joined = ("channel", "campaign")
    title_of = staticmethod(_words)

    def get_title_url(self, instance):
        return self.get_edit_url(instance)


class PostCreateView(generic.CreateView):
    def get_initial_form_instance(self):
        return SocialPost(by=self.request.user, on=timezone.localdate())


class PostViewSet(TopicViewSet):
    model = SocialPost
    name = "social_posts"
    url_prefix = "social-posts"
    icon = "edit"
    inspect_view_enabled = False
    index_view_class = PostIndexView
    add_view_class = PostCreateView
    ordering = ["-on", "-pk"]
    search_fields = ["text"]
    list_filter = ["channel", "is_published", "campaign"]
    list_display = [
        "text",
        Column("channel", label=_("Channel")),
        DateColumn("on", label=_("On"), sort_key="on"),
        BooleanColumn("is_published", label=_("Published"), sort_key="is_published"),
        NumberColumn("reach", label=_("Reach"), sort_key="reach", accessor=lambda one: one.reach or "–"),
    ]
    edit_handler = ObjectList(
        [
            FieldRowPanel([FieldPanel("channel"), FieldPanel("on")]),
            FieldPanel("text"),
            FieldRowPanel([FieldPanel("campaign"), FieldPanel("action")]),
            MultiFieldPanel(
                [
                    FieldPanel("is_published"),
                    FieldPanel("address"),
                    FieldRowPanel([FieldPanel("reach"), FieldPanel("reactions")]),
                ],
                heading=_("Once it is out"),
                icon="check",
            ),
        ],
        base_form_class=PostForm,
    )


VIEWSETS = [MentionViewSet(), ChannelViewSet(), PostViewSet()]
