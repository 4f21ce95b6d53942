"""What the community hangs on the walls of other floors."""

from django.db.models import Count, Q, Window
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property

from community import forums, members, reading
from community.models import Post
from community.roles import TAKE_PART
from people.models import Person
from people.walls import Panel


class LatestThreadsPanel(Panel):
    """On the campus: what is being talked about."""

    order = 200
    name = "community"
    template_name = "community/campus_panel.html"

    def __init__(self, person: Person):
        self.member = members.rights_of(person)

    def is_shown(self):
        return self.member.is_member

    def get_context_data(self, parent_context=None):
        threads = reading.latest(self.member)
        return {
            "rows": [(thread, reading.title(thread.forum), members.shown_name(thread.author)) for thread in threads]
        }


class PostsPanel(Panel):
    """On the page of a person: how much they write."""

    order = 400
    name = "community"
    permissions = (TAKE_PART, "community.view_forum")
    template_name = "community/admin/person_panel.html"

    def __init__(self, person: Person):
        self.person = person

    @cached_property
    def latest(self) -> Post | None:
        """Their latest post, which carries how many there are and how many of them are hidden."""
        posts = Post.objects.filter(author=self.person).select_related("thread").order_by("-created_at")
        hidden = Window(Count("pk", filter=Q(hidden_at__isnull=False)))
        return posts.annotate(number=Window(Count("pk")), hidden=hidden).first()

    def is_shown(self):
        return self.latest is not None

    def get_context_data(self, parent_context=None):
        return {"number": self.latest.number, "hidden": self.latest.hidden, "latest": self.latest}


class ModeratorDayPanel(Panel):
    """On the home of moderators: what was reported, and what nobody answers."""

    order = 30
    name = "moderation"
    template_name = "community/admin/my_day_panel.html"

    def get_context_data(self, parent_context=None):
        waiting = forums.unanswered(at=timezone.now())
        return {
            "reported": Post.objects.reported().count(),
            "unanswered": waiting.count(),
            "threads": [
                (thread, thread.forum.title or thread.forum.programme or reading.title(thread.forum))
                for thread in waiting.order_by("created_at")[:5]
            ],
            "queue_url": reverse("community_queue"),
        }
