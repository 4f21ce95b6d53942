"""Dates as Catalan writes them: “1 d’abril del 2027”. Where it says nothing, Django's own formats hold."""

from django.utils.translation import pgettext_lazy

DATE_FORMAT = r"j E \d\e\l Y"
DATETIME_FORMAT = r"j E \d\e\l Y, G:i"
YEAR_MONTH_FORMAT = r"F \d\e\l Y"
MONTH_DAY_FORMAT = "j E"

# What “E” stands for: the month with its preposition, “de març”, “d’abril”. Django's own catalogue leaves it out.
MONTHS_WITH_PREPOSITION = [
    pgettext_lazy("alt. month", "January"),
    pgettext_lazy("alt. month", "February"),
    pgettext_lazy("alt. month", "March"),
    pgettext_lazy("alt. month", "April"),
    pgettext_lazy("alt. month", "May"),
    pgettext_lazy("alt. month", "June"),
    pgettext_lazy("alt. month", "July"),
    pgettext_lazy("alt. month", "August"),
    pgettext_lazy("alt. month", "September"),
    pgettext_lazy("alt. month", "October"),
    pgettext_lazy("alt. month", "November"),
    pgettext_lazy("alt. month", "December"),
]
