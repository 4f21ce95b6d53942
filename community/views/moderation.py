"""What moderators do: the queue of reported posts, hiding and keeping, closing a conversation."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import Min, Prefetch, Q
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST
from django.views.generic import TemplateView

from community import forums, members, reading
from community.models import Post, PostReport, Thread
from community.roles import MODERATE
from community.views.entrance import for_members
from community.views.reading import address_of
from contact_centre.views.shared import DeskMixin

PAGE_SIZE = 20


class ModerationView(DeskMixin, TemplateView):
    """Reported posts, the longest waiting first; or those that are hidden, to show them again."""

    any_permission = (MODERATE,)
    page_title = gettext_lazy("Community")
    header_icon = "comment"
    template_name = "community/admin/queue.html"

    def get_context_data(self, **kwargs):
        hidden = self.request.GET.get("view") == "hidden"
        posts = Post.objects.exclude(hidden_at=None) if hidden else Post.objects.reported()
        posts = posts.annotate(first_reported_at=Min("reports__at", filter=Q(reports__decided_at=None))).order_by(
            *(["-hidden_at"] if hidden else ["first_reported_at"]), "pk"
        )
        reports = PostReport.objects.select_related("by").order_by("at")
        posts = posts.select_related("author", "hidden_by", "thread__forum__programme").prefetch_related(
            Prefetch("reports", reports)
        )
        page = Paginator(posts, PAGE_SIZE).get_page(self.request.GET.get("page"))
        return super().get_context_data(
            hidden=hidden,
            page=page,
            rows=[
                (post, reading.shown_text(post), members.shown_name(post.author), _reasons(post, hidden))
                for post in page
            ],
            waiting=Post.objects.reported().count(),
            base_query="view=hidden" if hidden else "",
            **kwargs,
        )


@require_POST
@for_members
def decide(request, member, uuid):
    """Keep or hide with one click, from the queue or from the conversation."""
    post = get_object_or_404(Post.objects.select_related("thread"), uuid=uuid)
    decision = request.POST.get("decision")
    if not member.is_moderator or decision not in PostReport.Decision.values:
        raise PermissionDenied
    post = forums.decide(post, by=request.user, decision=decision, at=timezone.now())
    text = _("The post is hidden, and its author is told.") if post.hidden_at else _("The post stays.")
    messages.success(request, text)
    return redirect(_way_back(request) or address_of(post.thread, post, member))


@require_POST
@for_members
def lock(request, member, uuid):
    thread = get_object_or_404(Thread, uuid=uuid)
    if not member.is_moderator:
        raise PermissionDenied
    thread = forums.lock(thread, by=request.user, is_locked=request.POST.get("locked") == "1", at=timezone.now())
    text = _("The conversation is closed.") if thread.is_locked else _("The conversation is open again.")
    messages.success(request, text)
    return redirect("community:thread", thread.uuid)


def _reasons(post: Post, hidden: bool) -> list[tuple[PostReport, str]]:
    shown = [report for report in post.reports.all() if hidden or report.decided_at is None]
    return [(report, members.shown_name(report.by)) for report in shown]


def _way_back(request) -> str:
    target = request.POST.get("next", "")
    return target if url_has_allowed_host_and_scheme(target, allowed_hosts=None) else ""
