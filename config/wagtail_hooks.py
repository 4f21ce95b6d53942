"""What belongs to no floor: the page of patterns, for whoever builds screens."""

from django.shortcuts import render
from django.urls import path, reverse
from wagtail import hooks

from config import patterns
from programmes.models import Programme


def show_patterns(request):
    """Each component of the website once, with invented content; staff only, as everything under /admin/."""
    covers = [reverse("programme_cover", args=[uuid]) for uuid in Programme.objects.values_list("uuid", flat=True)[:3]]
    context = patterns.samples() | {"covers": covers, "cover_url": covers[0] if covers else ""}
    return render(request, "patterns/patterns.html", context)


@hooks.register("register_admin_urls")
def patterns_url():
    return [path("patterns/", show_patterns, name="patterns")]
