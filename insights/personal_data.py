"""Insights counts people and names none: its scores stand in a table of ``people``."""

from people.privacy.personal_data import Table

TABLES = [
    Table(model="insights.KpiTarget", nameless="id kpi value valid_from"),
    Table(model="insights.KpiSnapshot", nameless="id kpi version day numerator denominator value"),
]
