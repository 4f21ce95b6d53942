"""Who may open plans, agreements, studies, partners, mentions, posts and the calendar; see ``role_matrix``."""

from people.access.roles import ADMISSIONS, ADVISER, DATA_PROTECTION, DIRECTOR, EDITOR, LEAD, MARKETING
from tests.config.role_groups import EVERYBODY, NOBODY, STAFF


def _list(address: str, *, sees: set, changes: set, deletes=NOBODY) -> dict:
    """The addresses of a list with its forms."""
    forms = ("new", "edit", "history", "history-results", "usage")
    return {
        f"admin/{address}/": sees,
        **{f"admin/{address}/{form}/": changes for form in forms},
        f"admin/{address}/delete/": deletes,
    }


LEADERS = {LEAD, MARKETING, DIRECTOR}
SEE_MENTIONS = {ADVISER, EDITOR, DATA_PROTECTION} | LEADERS
NOTE_MENTIONS = {ADVISER, LEAD, EDITOR, MARKETING}
SEE_SOCIAL = {EDITOR} | LEADERS

PLANS = {
    "campaign-calendar/": EVERYBODY,  # by a secret
    "admin/campaign-calendar/": STAFF,
    **_list("marketing-plans", sees=LEADERS, changes={MARKETING, DIRECTOR}),
    "admin/marketing-plans/<int:pk>/review/": {MARKETING, DIRECTOR},
    **_list("lead-agreements", sees={ADMISSIONS} | LEADERS, changes=LEADERS),
    "admin/lead-agreements/<int:pk>/sign/": {MARKETING, DIRECTOR},  # for marketing
    **_list("market-studies", sees=LEADERS, changes={MARKETING}, deletes={MARKETING}),
    **_list("partners", sees={ADVISER, ADMISSIONS} | LEADERS, changes={MARKETING}),
    "admin/partners/<int:pk>/claim/": {MARKETING},
    "admin/mentions/": SEE_MENTIONS,
    "admin/mentions/new/": NOTE_MENTIONS,
    "admin/mentions/import/": NOTE_MENTIONS,
    "admin/mentions/<int:pk>/answer/": {LEAD, MARKETING},
    "admin/mentions/<int:pk>/leave/": {LEAD, MARKETING},
    "admin/mentions/<int:pk>/crisis/": NOTE_MENTIONS,
    "admin/mentions/<int:pk>/over/": {LEAD, DIRECTOR},
    "admin/social/": SEE_SOCIAL,
    **_list("social-channels", sees=SEE_SOCIAL, changes={MARKETING}),
    **_list("social-posts", sees=SEE_SOCIAL, changes={EDITOR, MARKETING}, deletes={MARKETING}),
    "admin/social-posts/<int:pk>/out/": {EDITOR, MARKETING},
}
