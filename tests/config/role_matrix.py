"""Who may open what: one line per address, or per family of addresses below a prefix (the longest one decides)."""

from people.roles import (
    ADMISSIONS,
    ADVISER,
    ALL,
    DATA_PROTECTION,
    DIRECTOR,
    EDITOR,
    FINANCE,
    LEAD,
    MODERATOR,
    TUTOR,
)

PUBLIC, STUDENT = "public", "student"
NOBODY = frozenset()
EVERYBODY = frozenset({PUBLIC, STUDENT, *ALL})
STAFF = frozenset(ALL)
SEE_PEOPLE = {ADVISER, LEAD, ADMISSIONS, FINANCE, TUTOR, DIRECTOR, DATA_PROTECTION}
SEE_QUEUE = {ADVISER, LEAD, ADMISSIONS, DIRECTOR, DATA_PROTECTION}
SEE_CAMPAIGNS = {ADVISER, LEAD, ADMISSIONS, EDITOR, DIRECTOR}
SEE_PROGRAMMES = STAFF - {MODERATOR, DATA_PROTECTION}

ALLOWED = {
    # The website
    "": EVERYBODY,
    "healthz": EVERYBODY,
    "readyz": EVERYBODY,
    "robots.txt": EVERYBODY,
    "sitemap.xml": EVERYBODY,
    "brand.css": EVERYBODY,
    "cover/": EVERYBODY,
    "language/": EVERYBODY,
    "^(?:ca|es|en)/": EVERYBODY,
    "enquire/": EVERYBODY,
    "promise/": EVERYBODY,
    "preferences/": EVERYBODY,
    "confirm/": EVERYBODY,
    "my-data/": EVERYBODY,  # whoever is nobody is told how to come in
    "survey/": EVERYBODY,
    "webhooks/stripe/": EVERYBODY,
    # A person's own pages
    "apply/": {STUDENT},
    "campus/": {STUDENT},
    "community/": {TUTOR, MODERATOR},
    # The back office
    "admin/login/": NOBODY,  # only leads on to the one door
    "admin/my-day/": STAFF,
    "admin/patterns/": STAFF,
    "admin/people/": SEE_PEOPLE,
    "admin/queue/": SEE_QUEUE,
    "admin/queue/next/": {ADVISER, LEAD},
    "admin/queue/assign/": {LEAD},
    "admin/cases/": SEE_QUEUE,
    "admin/reply_templates/": {LEAD, DIRECTOR},
    "admin/reply_templates/new/": {LEAD},
    "admin/messages/": {ADVISER, LEAD, DIRECTOR, DATA_PROTECTION},
    "admin/imports/": {LEAD, DIRECTOR, DATA_PROTECTION},
    "admin/consents/": {DIRECTOR, DATA_PROTECTION},
    "admin/school-api-tokens/": {DIRECTOR},
    "admin/users/": {DIRECTOR},
    "admin/users/new/": NOBODY,  # a superuser's: whoever may add users may add superusers
    "admin/enquiries/": {ADVISER, LEAD, ADMISSIONS, DIRECTOR, DATA_PROTECTION},
    "admin/enquiries/import/": {LEAD, DIRECTOR},
    "admin/campaigns/": SEE_CAMPAIGNS,
    "admin/campaigns/new/": {LEAD, DIRECTOR},
    "admin/programmes/": {EDITOR},
    "admin/programmes/programme/": SEE_PROGRAMMES,
    "admin/programmes/programme/new/": {EDITOR},
    "admin/programme_chooser/": STAFF,
    "admin/programme_chooser/create/": {EDITOR},
    "admin/applications/": {ADVISER, LEAD, ADMISSIONS, FINANCE, DIRECTOR},
    "admin/payments/": {FINANCE, DIRECTOR},
    "admin/students/": {LEAD, TUTOR, DIRECTOR, DATA_PROTECTION},
    "admin/surveys/": {LEAD, TUTOR, DIRECTOR},
    "admin/surveys/new/": {DIRECTOR},
    "admin/forums/": {MODERATOR, DIRECTOR},
    "admin/forums/new/": NOBODY,
    "admin/community/": {MODERATOR},
    "admin/kpis/": {LEAD, ADMISSIONS, FINANCE, DIRECTOR, DATA_PROTECTION},
    "admin/kpi-targets/": {DIRECTOR},
}
