"""Who may open what: one line per address, or per family of addresses below a prefix (the longest one decides).

A line says who gets in at all. Which rows they find there is tested where the rows are: ``tests/people/test_rows.py``.
"""

from people.access.roles import (
    ADMINISTRATOR,
    ADMISSIONS,
    ADVISER,
    ALL,
    DATA_PROTECTION,
    DIRECTOR,
    EDITOR,
    FINANCE,
    LEAD,
    MARKETING,
    MODERATOR,
    TEACHER,
    TUTOR,
)
from people.models import ApiToken

PUBLIC, STUDENT = "public", "student"
NOBODY = frozenset()
EVERYBODY = frozenset({PUBLIC, STUDENT, *ALL})
STAFF = frozenset(ALL)
SPEAK_WITH_PEOPLE = {ADVISER, LEAD}
SEE_PEOPLE = STAFF - {MODERATOR, EDITOR}
SEE_QUEUE = {ADVISER, LEAD, ADMISSIONS, DIRECTOR, DATA_PROTECTION}
SEE_CAMPAIGNS = {ADVISER, LEAD, ADMISSIONS, EDITOR, MARKETING, DIRECTOR}
EDIT_CAMPAIGNS = {LEAD, MARKETING, DIRECTOR}
SEE_ENQUIRIES = {ADVISER, LEAD, ADMISSIONS, MARKETING, DIRECTOR, DATA_PROTECTION}
CLOSE_ENQUIRIES = {ADVISER, LEAD, ADMISSIONS}
NOTE_CARE = {ADVISER, LEAD, ADMISSIONS, DATA_PROTECTION}
SEE_APPLICATIONS = {ADVISER, LEAD, ADMISSIONS, TEACHER, FINANCE, DIRECTOR}
SEE_STUDENTS = {LEAD, TUTOR, TEACHER, DIRECTOR, DATA_PROTECTION}
SEE_KPIS = {LEAD, ADMISSIONS, FINANCE, MARKETING, DIRECTOR, DATA_PROTECTION}
SEE_IMPORTS = {LEAD, DIRECTOR, DATA_PROTECTION, ADMINISTRATOR}
SEE_TEMPLATES = {ADVISER, LEAD, ADMISSIONS, MARKETING, DIRECTOR}
WRITE_TEMPLATES = {LEAD, MARKETING}
SEE_PROGRAMMES = STAFF - {MODERATOR, DATA_PROTECTION}

SEE_ARGUMENTS = {ADVISER, LEAD, ADMISSIONS, EDITOR, MARKETING, DIRECTOR}
EDIT_ARGUMENTS = {EDITOR, LEAD, MARKETING}
SEE_TOLD = {ADVISER, LEAD, ADMISSIONS, EDITOR, MARKETING, DIRECTOR}
SEE_RIVALS = {ADVISER, LEAD, EDITOR, MARKETING, DIRECTOR}

SEE_SLOTS = {EDITOR, MARKETING, DIRECTOR}
PLAN_SLOTS = {EDITOR, MARKETING}
SEE_MERGES = {LEAD, ADMISSIONS, DIRECTOR, DATA_PROTECTION}

ALLOWED = {
    # The website
    "": EVERYBODY,
    "healthz": EVERYBODY,
    "readyz": EVERYBODY,
    "robots.txt": EVERYBODY,
    "sitemap.xml": EVERYBODY,
    "feeds/": EVERYBODY,
    "brand.css": EVERYBODY,
    "cover/": EVERYBODY,
    "media/": EVERYBODY,
    "language/": EVERYBODY,
    "slots/": EVERYBODY,
    "^q/": EVERYBODY,
    "^(?:ca|es|en)/": EVERYBODY,
    "enquire/": EVERYBODY,
    "promise/": EVERYBODY,
    "preferences/": EVERYBODY,
    "confirm/": EVERYBODY,
    "my-data/": EVERYBODY,  # whoever is nobody is told how to come in
    "survey/": EVERYBODY,
    "webhooks/stripe/": EVERYBODY,
    "^webhooks/mail/": EVERYBODY,  # by a secret or a signature, like the two below
    "webhooks/sms/": EVERYBODY,
    "webhooks/whatsapp/": EVERYBODY,
    # A person's own pages
    "accounts/sessions/": NOBODY,  # whoever is signed in says the password once more first
    "apply/": {STUDENT},
    "apply/guardian/": EVERYBODY,  # by a signed link
    "campus/": {STUDENT},
    "campus/receipts/": {STUDENT, FINANCE, DIRECTOR},
    "community/": {TUTOR, MODERATOR},
    "community/p/<uuid:uuid>/decide/": NOBODY,  # without saying keep or hide, moderators are refused as well
    "community/t/<uuid:uuid>/lock/": {MODERATOR},
    # The back office
    "admin/login/": NOBODY,  # only leads on to the one door
    "admin/my-day/": STAFF,
    "admin/patterns/": STAFF,
    "admin/people/": SEE_PEOPLE,
    "admin/people/<uuid:uuid>/timeline/<int:pk>/feeling/": NOBODY,  # but whoever wrote that line
    "admin/people/<uuid:uuid>/write/": SPEAK_WITH_PEOPLE,
    "admin/people/<uuid:uuid>/call/": SPEAK_WITH_PEOPLE,
    "admin/people/<uuid:uuid>/relatives/": NOTE_CARE | {TUTOR},
    r"admin/^people/(?P<uuid>[0-9a-f-]{36})/identities/(?P<pk>[0-9]{1,18})/"
    r"(?P<act>verify|undeliverable|deliverable|remove)/$": NOTE_CARE,
    "admin/people/<uuid:uuid>/identities/add/": NOTE_CARE,
    r"admin/^people/(?P<uuid>[0-9a-f-]{36})/timeline\.(?P<file_format>csv|json)$": {DATA_PROTECTION},
    "admin/promises/": {ADVISER, LEAD, ADMISSIONS, TUTOR, DIRECTOR},
    "admin/promises/hand-over/": {LEAD, DIRECTOR},
    "admin/people/<uuid:uuid>/promises/": {ADVISER, LEAD, TUTOR},
    r"admin/^promises/(?P<uuid>[0-9a-f-]{36})/(?P<act>keep|withdraw)/$": {ADVISER, LEAD, TUTOR},
    "admin/queue/": SEE_QUEUE,
    "admin/queue/next/": SPEAK_WITH_PEOPLE,
    "admin/queue/assign/": {LEAD},
    "admin/cases/": SEE_QUEUE,
    "admin/cases/<uuid:uuid>/turn/": SPEAK_WITH_PEOPLE,
    "admin/cases/<uuid:uuid>/questions/": SPEAK_WITH_PEOPLE,
    "admin/reports/questions/": SEE_QUEUE,
    "admin/calendars/": {LEAD, ADMINISTRATOR},
    "admin/promised/": {LEAD, ADMINISTRATOR},
    "admin/cases/<uuid:uuid>/take/": SPEAK_WITH_PEOPLE,
    "admin/cases/<uuid:uuid>/compose/": SPEAK_WITH_PEOPLE,
    "admin/cases/<uuid:uuid>/compose/sheet/": SPEAK_WITH_PEOPLE,
    "admin/cases/<uuid:uuid>/answer/": SPEAK_WITH_PEOPLE,
    "admin/cases/<uuid:uuid>/call/": SPEAK_WITH_PEOPLE,
    "admin/cases/<uuid:uuid>/arguments/<int:pk>/": SPEAK_WITH_PEOPLE,
    "admin/cases/<uuid:uuid>/put-back/": SPEAK_WITH_PEOPLE,
    "admin/cases/<uuid:uuid>/close/": SPEAK_WITH_PEOPLE,
    "admin/cases/<uuid:uuid>/reopen/": SPEAK_WITH_PEOPLE,
    "admin/templates/": SEE_TEMPLATES,
    "admin/templates/new/": WRITE_TEMPLATES,
    "admin/templates/<int:pk>/save/": WRITE_TEMPLATES,
    "admin/templates/<int:pk>/settings/": WRITE_TEMPLATES,
    "admin/templates/<int:pk>/versions/<int:number>/propose/": WRITE_TEMPLATES,
    "admin/templates/<int:pk>/versions/<int:number>/approve/": {LEAD, DIRECTOR},
    "admin/templates/<int:pk>/versions/<int:number>/send-back/": {LEAD, DIRECTOR},
    "admin/messages/": {ADVISER, LEAD, DIRECTOR, DATA_PROTECTION},
    "admin/duplicates/": SEE_MERGES,
    "admin/merges/": SEE_MERGES,
    "admin/people/merge/": SEE_MERGES,
    "admin/imports/": SEE_IMPORTS,
    "admin/people/import/": {LEAD, ADMISSIONS, DIRECTOR, DATA_PROTECTION, ADMINISTRATOR},
    "admin/consents/": {DIRECTOR, DATA_PROTECTION},
    "admin/consents/note/": NOTE_CARE,
    "admin/suppressions/": {LEAD, MARKETING, DATA_PROTECTION},
    "admin/contactable/": {LEAD, MARKETING, DIRECTOR, DATA_PROTECTION},
    "admin/school-api-tokens/": {DIRECTOR, ADMINISTRATOR},
    "admin/users/": {DIRECTOR, ADMINISTRATOR},
    "admin/users/new/": {ADMINISTRATOR},
    "admin/users/edit/": {ADMINISTRATOR},
    "admin/users/delete/": NOBODY,
    "admin/users/history/": {ADMINISTRATOR},
    "admin/users/history-results/": {ADMINISTRATOR},
    "admin/users/usage/": {ADMINISTRATOR},
    "admin/groups/": {ADMINISTRATOR},
    "admin/audit/": {DIRECTOR, DATA_PROTECTION, ADMINISTRATOR},
    "admin/audit/trail.csv": {DIRECTOR, DATA_PROTECTION, ADMINISTRATOR},
    "admin/audit/review/": {DATA_PROTECTION},
    "admin/retention/": {DIRECTOR, DATA_PROTECTION},
    "admin/retention/rules/<slug:code>/": {DATA_PROTECTION},
    "admin/retention/planned/": {DIRECTOR, DATA_PROTECTION},
    "admin/retention/planned/<int:pk>/hold/": {DATA_PROTECTION},
    "admin/retention/planned/<int:pk>/release/": {DATA_PROTECTION},
    "admin/look-as/": {DIRECTOR, ADMINISTRATOR},
    "admin/enquiries/": SEE_ENQUIRIES,
    "admin/enquiries/<uuid:uuid>/": CLOSE_ENQUIRIES,
    "admin/enquiries/import/": {LEAD, MARKETING, DIRECTOR, ADMINISTRATOR},
    "admin/campaigns/": SEE_CAMPAIGNS,
    "admin/campaigns/new/": EDIT_CAMPAIGNS,
    "admin/campaigns/edit/": EDIT_CAMPAIGNS,
    "admin/campaigns/delete/": NOBODY,
    "admin/campaigns/history/": EDIT_CAMPAIGNS,
    "admin/campaigns/history-results/": EDIT_CAMPAIGNS,
    "admin/campaigns/usage/": EDIT_CAMPAIGNS,
    "admin/programmes/": {EDITOR},
    "admin/programmes/import/": {EDITOR, ADMINISTRATOR},
    "admin/programmes/export/": SEE_PROGRAMMES,
    "admin/programmes/programme/": SEE_PROGRAMMES,
    "admin/programmes/programme/new/": {EDITOR},
    "admin/programmes/programme/edit/": {EDITOR},
    "admin/programmes/programme/delete/": {EDITOR},
    "admin/programmes/programme/history/": {EDITOR},
    "admin/programmes/programme/history-results/": {EDITOR},
    "admin/programmes/programme/usage/": {EDITOR},
    "admin/programmes/sheet/": SEE_ARGUMENTS,
    "admin/programmes/argument/": SEE_ARGUMENTS,
    "admin/programmes/argument/new/": EDIT_ARGUMENTS,
    "admin/programmes/argument/edit/": EDIT_ARGUMENTS,
    "admin/programmes/argument/copy/": EDIT_ARGUMENTS,
    "admin/programmes/argument/delete/": EDIT_ARGUMENTS,
    "admin/programmes/argument/history/": EDIT_ARGUMENTS,
    "admin/programmes/argument/history-results/": EDIT_ARGUMENTS,
    "admin/programmes/argument/usage/": EDIT_ARGUMENTS,
    "admin/programmes/benchmark/": SEE_RIVALS,
    "admin/programmes/benchmark/<uuid:uuid>/reviewed/": {MARKETING},
    "admin/programmes/told/": SEE_TOLD,
    "admin/programmes/rival/": SEE_RIVALS,
    "admin/programmes/rival/new/": {MARKETING},
    "admin/programmes/rival/edit/": {MARKETING},
    "admin/programmes/rival/copy/": {MARKETING},
    "admin/programmes/rival/delete/": {MARKETING},
    "admin/programmes/rival/history/": {MARKETING},
    "admin/programmes/rival/history-results/": {MARKETING},
    "admin/programmes/rival/usage/": {MARKETING},
    "admin/programmes/competitor/": SEE_RIVALS,
    "admin/programmes/competitor/new/": {MARKETING},
    "admin/programmes/competitor/edit/": {MARKETING},
    "admin/programmes/competitor/delete/": {MARKETING},
    "admin/programmes/competitor/history/": {MARKETING},
    "admin/programmes/competitor/history-results/": {MARKETING},
    "admin/programmes/competitor/usage/": {MARKETING},
    "admin/reports/arguments/": {LEAD, ADMISSIONS, MARKETING, DIRECTOR},
    "admin/reports/sheet-lookups/": {LEAD, ADMISSIONS, DIRECTOR},
    "admin/programmes/slots/": SEE_SLOTS,
    "admin/programmes/slots/<int:pk>/stop/": PLAN_SLOTS,
    "admin/programmes/slots/<int:pk>/resume/": PLAN_SLOTS,
    "admin/programmes/slots/new/": PLAN_SLOTS,
    "admin/programmes/slots/edit/": PLAN_SLOTS,
    "admin/programmes/slots/copy/": PLAN_SLOTS,
    "admin/programmes/slots/delete/": PLAN_SLOTS,
    "admin/programmes/slots/history/": PLAN_SLOTS,
    "admin/programmes/slots/history-results/": PLAN_SLOTS,
    "admin/programmes/slots/usage/": PLAN_SLOTS,
    "admin/programmes/print-batches/": SEE_SLOTS,
    "admin/programmes/print-batches/new/": PLAN_SLOTS,
    "admin/programmes/print-batches/edit/": PLAN_SLOTS,
    "admin/programmes/print-batches/delete/": PLAN_SLOTS,
    "admin/programmes/print-batches/history/": PLAN_SLOTS,
    "admin/programmes/print-batches/history-results/": PLAN_SLOTS,
    "admin/programmes/print-batches/usage/": PLAN_SLOTS,
    "admin/programmes/completeness/": {EDITOR, MARKETING},
    "admin/programmes/languages/": {EDITOR, MARKETING},
    "admin/programmes/languages/<int:pk>/right/": {EDITOR},
    "admin/programmes/testimonial/": {EDITOR, MARKETING, DIRECTOR},
    "admin/programmes/testimonial/<int:pk>/<slug:act>/": {EDITOR, MARKETING},
    "admin/programmes/testimonial/new/": {EDITOR, MARKETING},
    "admin/programmes/testimonial/edit/": {EDITOR, MARKETING},
    "admin/programmes/testimonial/delete/": {EDITOR, MARKETING},
    "admin/programmes/testimonial/history/": {EDITOR, MARKETING},
    "admin/programmes/testimonial/history-results/": {EDITOR, MARKETING},
    "admin/programmes/testimonial/usage/": {EDITOR, MARKETING},
    "admin/field_chooser/": STAFF,
    "admin/field_chooser/create/": {EDITOR},
    "admin/campus_chooser/": STAFF,
    "admin/campus_chooser/create/": {EDITOR},
    "admin/teacher_chooser/": STAFF,
    "admin/teacher_chooser/create/": {EDITOR},
    "admin/topic_chooser/": STAFF,
    "admin/topic_chooser/create/": {EDITOR},
    "admin/programme_chooser/": STAFF,
    "admin/programme_chooser/create/": {EDITOR},
    "admin/applications/": SEE_APPLICATIONS,
    "admin/applications/<int:pk>/": {ADMISSIONS},
    "admin/payments/": {FINANCE, DIRECTOR},
    "admin/payments/<int:pk>/refund/": {FINANCE},
    "admin/students/": SEE_STUDENTS,
    "admin/students/<uuid:uuid>/transfer/": {LEAD, DIRECTOR, DATA_PROTECTION},
    "admin/surveys/": {LEAD, TUTOR, DIRECTOR},
    "admin/surveys/answers/": {LEAD, TUTOR, DIRECTOR, DATA_PROTECTION},
    "admin/surveys/new/": {DIRECTOR},
    "admin/surveys/edit/": {DIRECTOR},
    "admin/surveys/delete/": NOBODY,
    "admin/surveys/history/": {DIRECTOR},
    "admin/surveys/history-results/": {DIRECTOR},
    "admin/surveys/usage/": {DIRECTOR},
    "admin/forums/": {MODERATOR, DIRECTOR},
    "admin/forums/new/": NOBODY,
    "admin/forums/edit/": {MODERATOR},
    "admin/forums/delete/": NOBODY,
    "admin/forums/history/": {MODERATOR},
    "admin/forums/history-results/": {MODERATOR},
    "admin/forums/usage/": {MODERATOR},
    "admin/community/": {MODERATOR},
    "admin/kpis/": SEE_KPIS,
    "admin/kpis/plot-<str:version>.js": STAFF,
    "admin/kpi-targets/": {DIRECTOR},
    "admin/kpi-targets/delete/": NOBODY,
}

Scope = ApiToken.Scope
# Which scope each operation of the API asks for; None is for everybody.
API = {
    ("POST", "/api/v1/enquiries"): Scope.WRITE_ENQUIRIES,
    ("GET", "/api/v1/enquiries/{uuid}"): Scope.READ_ENQUIRIES,
    ("GET", "/api/v1/programmes"): Scope.READ_PROGRAMMES,
    ("GET", "/api/v1/programmes/{code}"): Scope.READ_PROGRAMMES,
    ("GET", "/api/v1/people/duplicates"): Scope.READ_PEOPLE,
    ("GET", "/api/v1/people/{uuid}"): Scope.READ_PEOPLE,
    ("GET", "/api/v1/people/merges/{uuid}"): Scope.READ_PEOPLE,
    ("POST", "/api/v1/people/merges"): Scope.MERGE_PEOPLE,
    ("POST", "/api/v1/people/merges/{uuid}/undo"): Scope.MERGE_PEOPLE,
}
