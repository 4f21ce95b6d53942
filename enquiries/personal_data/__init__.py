"""What the enquiries hold about people; one module per topic."""

from enquiries.personal_data import campaigns, door, enquiries, forms, origins, plans, revival, sessions
from enquiries.personal_data.enquiries import export

__all__ = ["TABLES", "export"]

TABLES = [
    *campaigns.TABLES,
    *door.TABLES,
    *enquiries.TABLES,
    *forms.TABLES,
    *origins.TABLES,
    *plans.TABLES,
    *revival.TABLES,
    *sessions.TABLES,
]
