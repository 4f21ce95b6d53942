"""Who may see the board: directors, and those who answer for a figure on it."""

from people.access import roles

SEE = "insights.view_kpisnapshot"
# What else one must be allowed to see for a report, besides the figures.
REPORT_ARGUMENTS = ("programmes.view_argument",)
REPORT_LOOKUPS = ("programmes.view_argument", "contact_centre.view_case")
PERMISSIONS = {
    roles.DIRECTOR: [SEE, "insights.view_kpitarget", "insights.add_kpitarget", "insights.change_kpitarget"],
    roles.LEAD: [SEE],
    roles.ADMISSIONS: [SEE],
    roles.FINANCE: [SEE],
    roles.MARKETING: [SEE],
    roles.DATA_PROTECTION: [SEE],
}
