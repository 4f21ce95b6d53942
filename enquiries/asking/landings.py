"""Landing pages and what each brings: how long it took until it stood, what is still wrong with it, who asked there."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db.models import Count, Min
from django.utils import timezone
from wagtail.models import Revision

from enquiries.models import Enquiry
from programmes.editing import seo_lint
from programmes.models import LandingPage

DAYS = 30
MOST = 200


@dataclass(frozen=True)
class Landing:
    """``took`` is from the first draft until it was published; ``enquiries`` are those of the last thirty days."""

    page: LandingPage
    took: timedelta | None
    errors: int
    warnings: int
    enquiries: int


def all_of_them(*, on: date) -> list[Landing]:
    """Every landing page, the newest first, with the enquiries of the past thirty days. Queries do not grow with them,
    but for the words two pages may share, which each page is asked about."""
    pages = list(LandingPage.objects.select_related("locale", "programme").order_by("-first_published_at")[:MOST])
    drafts = dict(
        Revision.objects.page_revisions()
        .filter(object_id__in=[str(page.pk) for page in pages])
        .order_by()
        .values_list("object_id")
        .annotate(first=Min("created_at"))
    )
    asked = _asked_on(pages, on=on)
    found = []
    for page in pages:
        levels = [finding.level for finding in seo_lint.lint(page)]
        begun = drafts.get(str(page.pk))
        took = page.first_published_at - begun if page.first_published_at and begun else None
        found.append(
            Landing(
                page=page,
                took=max(took, timedelta()) if took is not None else None,
                errors=levels.count(seo_lint.ERROR),
                warnings=len(levels) - levels.count(seo_lint.ERROR),
                enquiries=asked.get(page.pk, 0),
            )
        )
    return found


def _asked_on(pages: list[LandingPage], *, on: date) -> dict[int, int]:
    """How many asked on each page: by the path of the page that the form carried."""
    since = timezone.make_aware(datetime.combine(on - timedelta(days=DAYS), time.min))
    paths = {path: page.pk for page in pages if (path := page.get_url())}
    rows = Enquiry.objects.live().filter(received_at__gte=since, page_url__in=list(paths)).order_by()
    return {paths[path]: count for path, count in rows.values_list("page_url").annotate(n=Count("pk"))}
