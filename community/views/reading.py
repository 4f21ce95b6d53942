"""The pages of the forums: all of mine, one, and one conversation with its form to reply."""

from urllib.parse import urlencode

from django.contrib import messages
from django.core.paginator import Paginator
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from community import forums, markup, members, reading
from community.forms import ReplyForm
from community.views.entrance import for_members, open_forum, open_thread

THREADS_PAGE, POSTS_PAGE = 25, 20


@require_GET
@for_members
def home(request, member):
    rows = [(forum, reading.title(forum)) for forum in reading.forums_of(member)]
    return render(request, "community/home.html", {"rows": rows, "member": member, "breadcrumb": trail()})


@require_GET
@for_members
def forum(request, member, slug):
    forum = open_forum(member, slug)
    page = Paginator(reading.threads(forum, member), THREADS_PAGE).get_page(request.GET.get("page"))
    context = {
        "forum": forum,
        "title": reading.title(forum),
        "page": page,
        "rows": [(thread, members.shown_name(thread.author)) for thread in page],
        "may_post": member.may_post(forum),
        "breadcrumb": trail(forum),
    }
    return render(request, "community/forum.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@for_members
def thread(request, member, uuid):
    thread = open_thread(member, uuid)
    form = ReplyForm(request.POST or None)
    previewed = request.method == "POST" and "preview" in request.POST
    if request.method == "POST" and not previewed and form.is_valid():
        try:
            author = members.author_for(member, at=timezone.now())
            post = forums.reply(thread, author=author, at=timezone.now(), **form.cleaned_data)
        except forums.REFUSALS as refusal:
            form.add_error(None, words_for(refusal))
        else:
            messages.success(request, _("Your post is in the conversation."))
            return redirect(address_of(thread, post, member))
    refused = request.method == "POST" and not previewed
    posts = Paginator(reading.posts(thread, member), POSTS_PAGE)
    page = posts.get_page(posts.num_pages if request.method == "POST" else request.GET.get("page"))
    for post in page.object_list:
        post.thread = thread
    context = {
        "thread": thread,
        "forum_title": reading.title(thread.forum),
        "page": page,
        "lines": reading.lines(list(page.object_list), member, at=timezone.now()),
        "form": form,
        "preview": markup.render(form.data.get("text", "")[: forums.LONGEST_POST]) if previewed else "",
        "may_post": member.may_post(thread.forum) and not thread.is_locked,
        "member": member,
        "breadcrumb": trail(thread.forum, thread.title),
    }
    return render(request, "community/thread.html", context, status=422 if refused else 200)


def address_of(thread, post, member) -> str:
    """Where a post stands: the page of its conversation that shows it."""
    before = reading.posts(thread, member).filter(created_at__lte=post.created_at).exclude(pk=post.pk).count()
    page = before // POSTS_PAGE + 1
    query = f"?{urlencode({'page': page})}" if page > 1 else ""
    return f"{reverse('community:thread', args=[thread.uuid])}{query}#p-{post.uuid}"


def trail(forum=None, title: str = "") -> list[dict[str, str]]:
    """The way down to a page, from the campus."""
    items = [
        {"title": _("My campus"), "url": "/campus/"},
        {"title": _("Community"), "url": reverse("community:home")},
    ]
    if forum is not None:
        items.append({"title": reading.title(forum), "url": reverse("community:forum", args=[forum.slug])})
    if title:
        items.append({"title": title, "url": ""})
    return items


def words_for(refusal: Exception) -> str:
    """What a refusal means for whoever wrote."""
    return {
        forums.TooManyPosts: _("You have written a lot in a few minutes. Wait a little, and send it then."),
        forums.ThreadLocked: _("This conversation has been closed. You can begin a new one."),
        forums.NotAMember: _("You can read this forum, but no longer write in it."),
        forums.NothingWritten: _("Write something first."),
        forums.TooLate: _("A post can be corrected for fifteen minutes. Write a new one instead."),
    }[type(refusal)]
