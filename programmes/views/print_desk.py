"""The desk's files of a print batch: its QR code as drawing and picture, and a sheet to print."""

from django.contrib.auth.decorators import permission_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone, translation
from django.utils.safestring import mark_safe
from django.views.decorators.http import require_safe

from printing import paper
from programmes import dates, money, shell
from programmes.models import Intake, PrintBatch, ProgrammePage, Telling
from programmes.printed import print_batches, qr_codes
from programmes.told import tellings

SEE = "programmes.view_printbatch"


def brochure_url(batch: PrintBatch, request) -> str:
    """The brochure of its programme with this batch's code on it; empty where it leads elsewhere."""
    page = print_batches.destination(batch)
    if page is None or batch.programme is None or not isinstance(page.specific, ProgrammePage):
        return ""
    return f"{page.get_url(request)}brochure.pdf?batch={batch.code}"


@permission_required(SEE, raise_exception=True)
@require_safe
def qr_svg(request, pk):
    batch = get_object_or_404(PrintBatch, pk=pk)
    drawing = qr_codes.svg(print_batches.short_address(batch), label=batch.name)
    return _file(drawing, "image/svg+xml", f"qr-{batch.code}.svg")


@permission_required(SEE, raise_exception=True)
@require_safe
def qr_png(request, pk):
    batch = get_object_or_404(PrintBatch, pk=pk)
    return _file(qr_codes.png(print_batches.short_address(batch)), "image/png", f"qr-{batch.code}.png")


@permission_required(SEE, raise_exception=True)
@require_safe
def poster(request, pk):
    """One A4 page with the promise, the next start, today's price and the code."""
    batch = get_object_or_404(PrintBatch.objects.select_related("programme__field", "page"), pk=pk)
    on = timezone.localdate()
    with translation.override(batch.language):
        sheet = batch.programme.sheet_in(batch.language) if batch.programme else None
        intake = Intake.objects.upcoming(on=on).filter(programme=batch.programme).first() if batch.programme else None
        address = print_batches.short_address(batch)
        school = shell.school_of(request)
        context = {
            "batch": batch,
            "sheet": sheet,
            "starts": _start_of(intake) if intake else "",
            "price": money.price_of(intake, on=on) if intake else "",
            "on": on,
            "address": address.partition("://")[2],
            "qr": mark_safe(qr_codes.svg(address)),  # noqa: S308 -- drawn here of squares
            "school": school,
        }
        if batch.programme and intake:
            tellings.note_text(
                f"{context['starts']}\n{context['price']}",
                programme=batch.programme,
                support=Telling.Support.BROCHURE,
                key=f"poster:{batch.code}:{context['starts']}:{context['price']}"[:200],
                at=timezone.now(),
                language=batch.language,
                by=request.user,
                about=batch,
            )
        title = sheet.title if sheet else batch.name
        try:
            pdf = paper.to_pdf(
                "programmes/print_batch_poster.html",
                context,
                language=batch.language,
                title=title,
                author=school.name,
            )
        except paper.PaperUnavailable as why:
            return render(request, "programmes/paper_unavailable.html", {"page": sheet, "why": why}, status=503)
    return _file(pdf, "application/pdf", f"{batch.code}.pdf", shown=True)


def _start_of(intake: Intake) -> str:
    return dates.show(intake.starts_on) if intake.starts_on else intake.start_text


def _file(content: str | bytes, kind: str, name: str, *, shown: bool = False) -> HttpResponse:
    response = HttpResponse(content, content_type=kind)
    response["Content-Disposition"] = f'{"inline" if shown else "attachment"}; filename="{name}"'
    response["Cache-Control"] = "private, no-cache"
    return response
