"""The brochure: a product sheet on paper, always with today's facts."""

from base64 import b64encode
from datetime import datetime
from hashlib import sha256

from django.core.cache import cache
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone

from people.own_data.links import absolute
from printing import paper
from programmes import dates
from programmes.models import FactVersion, PrintBatch, Programme, ProgrammePage, Telling
from programmes.printed import print_batches, qr_codes
from programmes.supports import covers, sheets
from programmes.told import tellings, versions

TEMPLATE = "programmes/brochure.html"
TEXTS = [
    "title", "promise", "problem", "symptoms", "outcome", "proof", "description", "requirements", "accreditation",
    "careers", "body", "syllabus", "questions", "image_id",
]  # fmt: skip
KEPT_SECONDS = 24 * 3600
COVER_PICTURE = "fill-1260x750|format-jpeg"  # 210 × 125 mm at 150 points an inch


def serve(page: ProgrammePage, request) -> HttpResponse:
    """Answer with the PDF, with the code of a print batch on ``?batch=``; 503 where PDFs cannot be made."""
    batch = print_batches.find(request.GET.get("batch", ""))
    try:
        pdf = write(page, request, at=timezone.now(), batch=batch)
    except paper.PaperUnavailable as why:
        return render(request, "programmes/paper_unavailable.html", {"page": page, "why": why}, status=503)
    response = HttpResponse(pdf, content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="{page.slug}.pdf"'
    response["Cache-Control"] = "no-cache"
    return response


def write(page: ProgrammePage, request, *, at: datetime, batch: PrintBatch | None = None) -> bytes:
    """The PDF, made anew whenever the page, the facts, an intake or the school changed. Raises PaperUnavailable.

    What it tells is noted, once for each state of the facts.
    """
    page.programme = Programme.objects.select_related("field", "collection").get(pk=page.programme_id)
    context = sheets.sheet_context(page, request=request, at=at)
    address = print_batches.short_address(batch) if batch else absolute(page.get_url(request) or "")
    seen = _fingerprint(page, context, address, at)
    is_draft = getattr(request, "is_preview", False)  # an editor looks at it; nobody is told anything
    key = f"brochure:{page.pk}:{is_draft:d}:{seen}"
    pdf = cache.get(key)
    if pdf is None:
        pdf = _print(page, context, address=address, at=at)
        cache.set(key, pdf, KEPT_SECONDS)
        if not is_draft:
            _note(page, seen, at=at)
    return pdf


def _print(page: ProgrammePage, context: dict, *, address: str, at: datetime) -> bytes:
    programme, school = page.programme, context["school"]
    field_key = programme.field.slug if programme.field else programme.level
    shown = {
        "page": page,
        "cover": "" if page.image else covers.cover_svg(field_key=field_key, title=programme.title),
        "picture": _picture(page),
        "code": qr_codes.svg(address),
        "address": address,
        "printed": dates.show(timezone.localdate(at), page.locale.language_code),
    }
    return paper.to_pdf(
        TEMPLATE, context | shown, language=page.locale.language_code, title=page.title, author=school.name
    )


def _picture(page: ProgrammePage) -> str:
    """The picture itself: the print shop fetches nothing."""
    if page.image is None:
        return ""
    with page.image.get_rendition(COVER_PICTURE).file.open("rb") as file:
        return f"data:image/jpeg;base64,{b64encode(file.read()).decode()}"


def _note(page: ProgrammePage, seen: str, *, at: datetime) -> None:
    programme, language = page.programme, page.locale.language_code
    versions.note([programme.pk], at=at)
    told: list[FactVersion] = list(versions.current(programme, at=at, language=language).values())
    key = f"brochure:{seen[:40]}"
    tellings.note(
        programme=programme, support=Telling.Support.BROCHURE, key=key, versions=told, at=at, language=language
    )


def _fingerprint(page: ProgrammePage, context: dict, address: str, at: datetime) -> str:
    programme, school = page.programme, context["school"]
    shown = [
        page.pk,
        page.latest_revision_id,
        page.last_published_at,
        [str(getattr(page, name)) for name in TEXTS],
        programme.updated_at,
        address,
        timezone.localdate(at),  # the day it says its facts are of
        [(teacher.name, teacher.role) for teacher in context["teachers"]],
        [
            (offer.intake.label(), offer.starts, offer.apply_by, offer.price, offer.seats, offer.tiers)
            for offer in context["offers"]
        ],
        [(fact.label, fact.value) for fact in context["facts"]],
        school.name, school.accent, school.address, school.email, school.phone,
    ]  # fmt: skip
    return sha256(repr(shown).encode()).hexdigest()
