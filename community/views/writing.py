"""Beginning a conversation, correcting and reporting posts."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from community import forums, markup, members, reading
from community.forms import EditForm, ReportForm, ThreadForm
from community.views.entrance import for_members, open_forum, open_post
from community.views.reading import address_of, trail, words_for


@require_http_methods(["GET", "HEAD", "POST"])
@for_members
def new_thread(request, member, slug):
    forum = open_forum(member, slug)
    form = ThreadForm(request.POST or None)
    previewed = "preview" in request.POST
    if request.method == "POST" and not previewed and form.is_valid():
        try:
            author = members.author_for(member, at=timezone.now())
            thread = forums.start_thread(forum, author=author, at=timezone.now(), **form.cleaned_data)
        except forums.REFUSALS as refusal:
            form.add_error(None, words_for(refusal))
        else:
            return redirect("community:thread", thread.uuid)
    context = {
        "forum": forum,
        "form": form,
        "preview": _previewed(request) if previewed else "",
        "may_post": member.may_post(forum),
        "breadcrumb": trail(forum, _("New conversation")),
    }
    refused = request.method == "POST" and not previewed
    return render(request, "community/new_thread.html", context, status=422 if refused else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@for_members
def edit(request, member, uuid):
    post = open_post(member, uuid)
    if not forums.may_edit(post, by=member.person, at=timezone.now()):
        messages.error(request, words_for(forums.TooLate()))
        return redirect(address_of(post.thread, post, member))
    previewed = "preview" in request.POST
    form = EditForm(request.POST or None, initial={"text": post.text})
    if request.method == "POST" and not previewed and form.is_valid():
        try:
            forums.edit(post, by=member.person, at=timezone.now(), **form.cleaned_data)
        except forums.REFUSALS as refusal:
            form.add_error(None, words_for(refusal))
        else:
            return redirect(address_of(post.thread, post, member))
    context = {
        "post": post,
        "form": form,
        "preview": _previewed(request) if previewed else "",
        "breadcrumb": trail(reading.forum(post.thread.forum.slug), post.thread.title),
        "back": address_of(post.thread, post, member),
    }
    refused = request.method == "POST" and not previewed
    return render(request, "community/edit.html", context, status=422 if refused else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@for_members
def report(request, member, uuid):
    post = open_post(member, uuid)
    form = ReportForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        by = members.author_for(member, at=timezone.now())
        forums.report(post, by=by, at=timezone.now(), **form.cleaned_data)
        messages.success(request, _("Thank you. A moderator looks at it."))
        return redirect(address_of(post.thread, post, member))
    context = {
        "post": post,
        "html": markup.render(post.text),
        "author": members.shown_name(post.author),
        "form": form,
        "breadcrumb": trail(reading.forum(post.thread.forum.slug), post.thread.title),
        "back": address_of(post.thread, post, member),
    }
    return render(request, "community/report.html", context, status=422 if request.method == "POST" else 200)


@require_POST
@for_members
def preview(request, member):
    """What a text will look like, for the page to put below the form."""
    return HttpResponse(_previewed(request))


def _previewed(request) -> str:
    return markup.render(forums.cleaned(request.POST.get("text", "")))
