"""Who may open what of the enquiries: campaigns, forms, origins, sessions, lost ones; see ``role_matrix``."""

from people.access.roles import ADMINISTRATOR, DIRECTOR, LEAD, MARKETING
from tests.config.role_groups import CLOSE_ENQUIRIES, EDIT_CAMPAIGNS, EVERYBODY, NOBODY, SEE_CAMPAIGNS, SEE_ENQUIRIES

ENQUIRIES = {
    "enquire/": EVERYBODY,
    "promise/": EVERYBODY,
    "admin/enquiries/": SEE_ENQUIRIES,
    "admin/enquiries/<uuid:uuid>/": CLOSE_ENQUIRIES,
    "admin/enquiries/undo/": CLOSE_ENQUIRIES,
    "admin/enquiries/import/": {LEAD, MARKETING, DIRECTOR, ADMINISTRATOR},
    "admin/campaigns/": SEE_CAMPAIGNS,
    "admin/campaigns/new/": EDIT_CAMPAIGNS,
    "admin/campaigns/edit/": EDIT_CAMPAIGNS,
    "admin/campaigns/delete/": NOBODY,
    "admin/campaigns/history/": EDIT_CAMPAIGNS,
    "admin/campaigns/history-results/": EDIT_CAMPAIGNS,
    "admin/campaigns/usage/": EDIT_CAMPAIGNS,
    "admin/campaigns/<int:pk>/": EDIT_CAMPAIGNS,
}
