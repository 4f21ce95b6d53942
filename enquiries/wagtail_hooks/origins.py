"""Where people come from, in Wagtail's admin, on walls, and in what is listened for."""

from wagtail import hooks

from enquiries.origins import counting, staleness


@hooks.register("register_sweeper")
def count_origins(*, at):
    """Look what is new, and count those days again."""
    return {"origins_looked": staleness.look(at=at), "origin_days_counted": counting.count_stale(at=at)}


@hooks.register("after_people_merged")
def count_after_merge(merge, at):
    staleness.mark_people([merge.survivor_id, merge.absorbed_id], at=at)


@hooks.register("after_merge_undone")
def count_after_parting(merge, at):
    staleness.mark_people([merge.survivor_id, merge.absorbed_id], at=at)
