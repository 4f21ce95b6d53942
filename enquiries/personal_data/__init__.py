"""What the enquiries hold about people; one module per topic."""

from enquiries.personal_data import enquiries, sessions
from enquiries.personal_data.enquiries import export, forget

__all__ = ["TABLES", "export", "forget"]

TABLES = [*enquiries.TABLES, *sessions.TABLES]
