"""What each role may do about applications and money; ``people.access.roles`` grants it after every migration."""

from people.access import roles

DECIDE = "enrolment.decide_application"
REFUND = "enrolment.refund_payment"
SEE_APPLICATIONS = "enrolment.view_application"
SEE_OWN_APPLICANTS = "enrolment.see_own_applicants"
SEE_PAYMENTS = "enrolment.view_payment"
SEE_KEPT = "enrolment.see_kept_receipt"  # with the name that only the law keeps
SEE_MONEY = [SEE_PAYMENTS, "enrolment.view_ledgerentry", "enrolment.view_receipt"]
# Whoever speaks with people reads what they wrote; who collects their money does not need to.
SPEAKS = "contact_centre.view_case"


def reads_notes(user) -> bool:
    """Whether ``user`` reads why somebody applies and what was noted on the decision."""
    return user.has_perm(SPEAKS) or (user.has_perm(SEE_OWN_APPLICANTS) and not user.has_perm(SEE_PAYMENTS))


PERMISSIONS = {
    roles.ADVISER: [SEE_APPLICATIONS],
    roles.LEAD: [SEE_APPLICATIONS],
    roles.ADMISSIONS: [SEE_APPLICATIONS, DECIDE, "enrolment.view_enrolment"],
    roles.TEACHER: [SEE_OWN_APPLICANTS],
    roles.FINANCE: [*SEE_MONEY, SEE_KEPT, REFUND, SEE_APPLICATIONS],
    roles.TUTOR: ["enrolment.view_enrolment"],
    roles.DIRECTOR: [SEE_APPLICATIONS, *SEE_MONEY, "enrolment.view_enrolment"],
}
