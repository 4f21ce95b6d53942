"""What the answers say together: the score of a programme, and the figures of each survey."""

from dataclasses import dataclass

from django.db.models import Avg, Count, F, Q, QuerySet, StdDev, Value
from django.db.models.functions import NullIf

from programmes.models import Programme
from tutoring.models import Survey, SurveyInvitation

SHOWN_FROM = 5  # below, a figure says more about one student than about the programme
PROMOTER_FROM, DETRACTOR_UP_TO = 9, 6  # net promoter score (Reichheld, 2003)


@dataclass(frozen=True)
class Satisfaction:
    """The score of a programme: number of answers, mean from 0 to 10, standard deviation, and how many gave what."""

    answers: int
    mean: float
    spread: float
    bands: tuple[int, int, int]  # 9–10, 7–8, 0–6

    @property
    def shares(self) -> tuple[int, int, int]:
        """The bands in per cent, rounded."""
        glad, fair, unhappy = (round(100 * number / self.answers) for number in self.bands)
        return glad, fair, unhappy


def of_programme(programme: Programme) -> Satisfaction | None:
    """What students of all intakes answered, or None while they are fewer than five. One query."""
    found = SurveyInvitation.objects.filter(student__intake__programme=programme, score__isnull=False).aggregate(
        answers=Count("pk"),
        mean=Avg("score"),
        spread=StdDev("score"),
        high=Count("pk", filter=Q(score__gte=PROMOTER_FROM)),
        low=Count("pk", filter=Q(score__lte=DETRACTOR_UP_TO)),
    )
    if found["answers"] < SHOWN_FROM:
        return None
    bands = (found["high"], found["answers"] - found["high"] - found["low"], found["low"])
    return Satisfaction(found["answers"], float(found["mean"]), float(found["spread"]), bands)


def with_figures(surveys: QuerySet[Survey]) -> QuerySet[Survey]:
    """Surveys with ``asked``, ``answered``, ``response_percent``, ``mean`` and ``nps`` (−100 to 100). One query."""
    answered = Count("invitations", filter=Q(invitations__score__isnull=False))
    promoters = Count("invitations", filter=Q(invitations__score__gte=PROMOTER_FROM))
    detractors = Count("invitations", filter=Q(invitations__score__lte=DETRACTOR_UP_TO))
    counted = surveys.annotate(
        asked=Count("invitations"),
        answered=answered,
        promoters=promoters,
        detractors=detractors,
        mean=Avg("invitations__score"),
    )
    return counted.annotate(
        response_percent=100.0 * F("answered") / NullIf(F("asked"), Value(0)),
        nps=100.0 * (F("promoters") - F("detractors")) / NullIf(F("answered"), Value(0)),
    )
