"""Campuses: the words by which intakes name them follow their name."""

from django.db import transaction

from programmes.models import Campus, Intake


@transaction.atomic
def rewrite_places(campus: Campus) -> list[int]:
    """Let every intake on ``campus`` call it by its present name; return the programmes this concerned."""
    named_otherwise = Intake.objects.filter(venue=campus).exclude(campus=campus.name)
    programmes = sorted(set(named_otherwise.values_list("programme_id", flat=True)))
    named_otherwise.update(campus=campus.name)
    return programmes
