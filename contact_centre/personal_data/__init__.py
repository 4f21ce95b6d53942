"""What the contact centre holds about people; one module per topic."""

from contact_centre.personal_data import cases, channels, letters, staff
from contact_centre.personal_data.cases import keep_for_now

__all__ = ["TABLES", "keep_for_now"]

TABLES = [*cases.TABLES, *channels.TABLES, *letters.TABLES, *staff.TABLES]
