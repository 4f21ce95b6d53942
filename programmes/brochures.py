"""The brochure: a product sheet on paper, always with today's facts."""

from hashlib import sha256

from django.core.cache import cache
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone

from people.own_data.links import absolute
from printing import paper
from programmes import covers, sheets
from programmes.models import Programme, ProgrammePage

TEMPLATE = "programmes/brochure.html"
TEXTS = ["title", "promise", "problem", "outcome", "proof", "description", "requirements", "syllabus", "questions"]
KEPT_SECONDS = 24 * 3600


def serve(page: ProgrammePage, request) -> HttpResponse:
    """Answer with the PDF; 503 and an explanation where PDFs cannot be made."""
    try:
        pdf = write(page, request)
    except paper.PaperUnavailable as why:
        return render(request, "programmes/paper_unavailable.html", {"page": page, "why": why}, status=503)
    response = HttpResponse(pdf, content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="{page.slug}.pdf"'
    response["Cache-Control"] = "no-cache"
    return response


def write(page: ProgrammePage, request) -> bytes:
    """The PDF, made anew whenever the page, the facts, an intake or the school changed. Raises PaperUnavailable."""
    page.programme = Programme.objects.select_related("field", "collection").get(pk=page.programme_id)
    context = sheets.sheet_context(page, request=request, at=timezone.now())
    key = f"brochure:{page.pk}:{_fingerprint(page, context)}"
    pdf = cache.get(key)
    if pdf is None:
        programme, school = page.programme, context["school"]
        field_key = programme.field.slug if programme.field else programme.level
        pdf = paper.to_pdf(
            TEMPLATE,
            context
            | {
                "page": page,
                "cover": covers.cover_svg(field_key=field_key, title=programme.title),
                "url": absolute(page.get_url(request) or ""),
            },
            language=page.locale.language_code,
            title=page.title,
            author=school.name,
        )
        cache.set(key, pdf, KEPT_SECONDS)
    return pdf


def _fingerprint(page: ProgrammePage, context: dict) -> str:
    programme, school = page.programme, context["school"]
    shown = [
        page.latest_revision_id,
        page.last_published_at,
        [str(getattr(page, name)) for name in TEXTS],
        programme.updated_at,
        [(teacher.name, teacher.role) for teacher in context["teachers"]],
        [(offer.intake.label(), offer.starts, offer.apply_by, offer.price, offer.seats) for offer in context["offers"]],
        [(fact.label, fact.value) for fact in context["facts"]],
        school.name, school.accent, school.address, school.email, school.phone,
    ]  # fmt: skip
    return sha256(repr(shown).encode()).hexdigest()
