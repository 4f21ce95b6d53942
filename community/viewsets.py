"""The list of forums in the back office."""

from django.db.models import Count, Max
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel
from wagtail.admin.ui.tables import Column, DateColumn, NumberColumn, TitleColumn
from wagtail.admin.views import generic
from wagtail.admin.viewsets.model import ModelViewSet

from community import reading
from community.models import Forum


class ForumIndexView(generic.IndexView):
    def get_base_queryset(self):
        return Forum.objects.select_related("programme").annotate(
            conversations=Count("threads"), latest_at=Max("threads__last_post_at")
        )


class ForumViewSet(ModelViewSet):
    """Forums are opened by enrolments; here they get another title."""

    model = Forum
    name = "forums"
    url_prefix = "forums"
    icon = "comment"
    menu_label = _("Forums")
    add_to_admin_menu = False
    copy_view_enabled = False
    index_view_class = ForumIndexView
    ordering = ["slug"]
    list_display = [
        TitleColumn(
            "title",
            label=_("Forum"),
            accessor=lambda forum: forum.title or (forum.programme.title if forum.programme else reading.title(forum)),
            get_url=lambda forum: reverse("forums:edit", args=[forum.pk]),
        ),
        Column("slug", label=_("Address")),
        NumberColumn("conversations", label=_("Conversations"), sort_key="conversations"),
        DateColumn("latest_at", label=_("Latest post"), sort_key="latest_at"),
    ]
    panels = [FieldPanel("title")]
