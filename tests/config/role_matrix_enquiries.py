"""Who may open what of the enquiries: campaigns, forms, origins, sessions, lost ones; see ``role_matrix``."""

from people.access.roles import ADMINISTRATOR, ADMISSIONS, ADVISER, DIRECTOR, EDITOR, LEAD, MARKETING
from tests.config.role_groups import (
    CLOSE_ENQUIRIES,
    EDIT_CAMPAIGNS,
    EVERYBODY,
    NOBODY,
    RUN_PLAYS,
    SEE_CAMPAIGNS,
    SEE_ENQUIRIES,
    SEE_PLAYS,
)

MAKE_FORMS = {EDITOR, MARKETING}
SEE_FORMS = {LEAD, DIRECTOR} | MAKE_FORMS

SEE_ORIGINS = {LEAD, MARKETING, DIRECTOR}
MAKE_LINKS = {EDITOR, MARKETING}
SEE_LINKS = SEE_ORIGINS | MAKE_LINKS

EDIT_SESSIONS = {LEAD, MARKETING}
CHECK_IN = {*CLOSE_ENQUIRIES, MARKETING}

DECIDE_SUSPECTS = {ADVISER, LEAD, ADMISSIONS, MARKETING}
CHANGE_DOORS = {MARKETING, ADMINISTRATOR}
SEE_DOORS = {LEAD, DIRECTOR} | CHANGE_DOORS

ENQUIRIES = {
    "enquire/": EVERYBODY,
    "promise/": EVERYBODY,
    "guides/": EVERYBODY,  # signed links
    "^forms/": EVERYBODY,
    "admin/enquiries/": SEE_ENQUIRIES,
    "admin/enquiries/<uuid:uuid>/": CLOSE_ENQUIRIES,
    "admin/enquiries/undo/": CLOSE_ENQUIRIES,
    "admin/lost-enquiries/": SEE_PLAYS,
    "admin/lost-enquiries/cell/close/": RUN_PLAYS,
    "admin/lost-enquiries/plays/new/": RUN_PLAYS,
    "admin/lost-enquiries/plays/<uuid:uuid>/start/": RUN_PLAYS,
    "admin/lost-enquiries/plays/<uuid:uuid>/halt/": RUN_PLAYS,
    "admin/campaigns/": SEE_CAMPAIGNS,
    "admin/campaigns/new/": EDIT_CAMPAIGNS,
    "admin/campaigns/edit/": EDIT_CAMPAIGNS,
    "admin/campaigns/delete/": NOBODY,
    "admin/campaigns/history/": EDIT_CAMPAIGNS,
    "admin/campaigns/history-results/": EDIT_CAMPAIGNS,
    "admin/campaigns/usage/": EDIT_CAMPAIGNS,
    "admin/campaigns/<int:pk>/": EDIT_CAMPAIGNS,
    "admin/forms/": SEE_FORMS,
    "admin/forms/new/": MAKE_FORMS,
    "admin/forms/edit/": MAKE_FORMS,
    "admin/forms/delete/": {MARKETING},
    "admin/forms/history/": MAKE_FORMS,
    "admin/forms/history-results/": MAKE_FORMS,
    "admin/forms/usage/": MAKE_FORMS,
    "admin/forms/files/": SEE_ENQUIRIES,
    "^go/": EVERYBODY,
    "hooks/leads/": EVERYBODY,  # signed by the sender
    "admin/suspects/": DECIDE_SUSPECTS,
    "admin/lead-doors/": SEE_DOORS,
    "admin/lead-doors/new/": CHANGE_DOORS,
    "admin/lead-doors/edit/": CHANGE_DOORS,
    "admin/lead-doors/delete/": NOBODY,
    "admin/lead-doors/history/": CHANGE_DOORS,
    "admin/lead-doors/history-results/": CHANGE_DOORS,
    "admin/lead-doors/usage/": CHANGE_DOORS,
    "admin/lead-doors/<int:pk>/secret/": CHANGE_DOORS,
    "remember/": EVERYBODY,
    "came/": EVERYBODY,
    "admin/origins/": SEE_ORIGINS,
    "admin/enquiries/<uuid:uuid>/heard/": SEE_ENQUIRIES,
    "admin/short-links/": SEE_LINKS,
    "admin/short-links/new/": MAKE_LINKS,
    "admin/short-links/edit/": MAKE_LINKS,
    "admin/short-links/delete/": {MARKETING},
    "admin/short-links/history/": MAKE_LINKS,
    "admin/short-links/history-results/": MAKE_LINKS,
    "admin/short-links/usage/": MAKE_LINKS,
    "admin/campaign-numbers/": SEE_ORIGINS,
    "admin/campaign-numbers/new/": {MARKETING},
    "admin/campaign-numbers/edit/": {MARKETING},
    "admin/campaign-numbers/delete/": NOBODY,
    "admin/campaign-numbers/history/": {MARKETING},
    "admin/campaign-numbers/history-results/": {MARKETING},
    "admin/campaign-numbers/usage/": {MARKETING},
    "admin/spoken-sources/": SEE_ORIGINS,
    "admin/spoken-sources/new/": {LEAD, MARKETING},
    "admin/spoken-sources/edit/": {LEAD, MARKETING},
    "admin/spoken-sources/delete/": NOBODY,
    "admin/spoken-sources/history/": {LEAD, MARKETING},
    "admin/spoken-sources/history-results/": {LEAD, MARKETING},
    "admin/spoken-sources/usage/": {LEAD, MARKETING},
    # Sessions and appointments: on the website, and by links of one's own.
    "sessions/": EVERYBODY,
    "appointments/": EVERYBODY,
    "admin/sessions/": SEE_CAMPAIGNS,
    "admin/sessions/new/": EDIT_SESSIONS,
    "admin/sessions/edit/": EDIT_SESSIONS,
    "admin/sessions/history/": EDIT_SESSIONS,
    "admin/sessions/history-results/": EDIT_SESSIONS,
    "admin/sessions/usage/": EDIT_SESSIONS,
    "admin/sessions/delete/": NOBODY,
    "admin/sessions/<uuid:uuid>/door/": CHECK_IN,
    "admin/sessions/<uuid:uuid>/act/": EDIT_SESSIONS,
    "admin/sessions/places/": CHECK_IN,
    "admin/sessions/check-in/": CHECK_IN,
    "admin/appointments/": {*CLOSE_ENQUIRIES, DIRECTOR},
    "admin/appointments/hours/": CLOSE_ENQUIRIES,
    "admin/appointments/for/": CLOSE_ENQUIRIES,
    "admin/appointments/<uuid:uuid>/": CLOSE_ENQUIRIES,
}
