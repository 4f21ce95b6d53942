"""Where the school speaks: how often it means to, and how often it did."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from django.db import transaction
from django.db.models import Count, Q, Sum

from enquiries.models import SocialChannel, SocialPost

WEEKS = 8


@dataclass(frozen=True)
class Week:
    """One week of a channel: from Monday on, how many posts were meant, planned and published."""

    monday: date
    meant: int
    planned: int
    published: int

    @property
    def is_kept(self) -> bool:
        return self.published >= self.meant


@dataclass(frozen=True)
class Voice:
    """A channel with its last weeks, the newest last."""

    channel: SocialChannel
    weeks: list[Week]
    reach: int
    reactions: int

    @property
    def published(self) -> int:
        """In the weeks that are over."""
        return sum(week.published for week in self.weeks[:-1])

    @property
    def meant(self) -> int:
        return sum(week.meant for week in self.weeks[:-1])

    @property
    def percent(self) -> int | None:
        return round(100 * min(self.published, self.meant) / self.meant) if self.meant else None


def voices(*, on: date, weeks: int = WEEKS) -> list[Voice]:
    """Every channel with its last ``weeks`` weeks that are over and the one that runs; three queries."""
    this_monday = on - timedelta(days=on.weekday())
    mondays = [this_monday - timedelta(weeks=back) for back in range(weeks, -1, -1)]
    posts = SocialPost.objects.filter(on__gte=mondays[0], on__lt=this_monday + timedelta(weeks=1))
    counted: dict[tuple[int, date], list[int]] = {}
    for channel, day, is_published, number in (
        posts.order_by().values_list("channel", "on", "is_published").annotate(Count("pk"))
    ):
        week = counted.setdefault((channel, day - timedelta(days=day.weekday())), [0, 0])
        week[is_published] += number
    out = posts.filter(is_published=True).order_by()
    sums = {
        channel: (reach or 0, reactions or 0)
        for channel, reach, reactions in out.values_list("channel").annotate(Sum("reach"), Sum("reactions"))
    }
    return [
        Voice(
            channel,
            [Week(monday, channel.posts_per_week, *counted.get((channel.pk, monday), (0, 0))) for monday in mondays],
            *sums.get(channel.pk, (0, 0)),
        )
        for channel in SocialChannel.objects.select_related("owner").order_by("network", "handle")
    ]


@transaction.atomic
def publish(post: SocialPost) -> SocialPost:
    """Note that a planned post is out; doing it again changes nothing."""
    post = SocialPost.objects.select_for_update().get(pk=post.pk)
    post.is_published = True
    post.save(update_fields=["is_published"])
    return post


def overdue(*, on: date) -> Iterable[SocialPost]:
    """Posts that were planned for a day that is over and are not out."""
    late = SocialPost.objects.filter(Q(on__lt=on), is_published=False)
    return late.select_related("channel").order_by("on", "pk")
