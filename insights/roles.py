"""Who may see the board: directors, and those who answer for a figure on it."""

from people.access import roles

SEE = "insights.view_kpisnapshot"
PERMISSIONS = {
    roles.DIRECTOR: [SEE, "insights.view_kpitarget", "insights.add_kpitarget", "insights.change_kpitarget"],
    roles.LEAD: [SEE],
    roles.ADMISSIONS: [SEE],
    roles.FINANCE: [SEE],
    roles.MARKETING: [SEE],
    roles.DATA_PROTECTION: [SEE],
}
