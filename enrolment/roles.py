"""What each role may do about applications and money; ``people.roles`` grants it after every migration."""

from people import roles

DECIDE = "enrolment.decide_application"
REFUND = "enrolment.refund_payment"
SEE_APPLICATIONS = "enrolment.view_application"
SEE_PAYMENTS = "enrolment.view_payment"

PERMISSIONS = {
    roles.ADVISER: [SEE_APPLICATIONS],
    roles.LEAD: [SEE_APPLICATIONS],
    roles.ADMISSIONS: [SEE_APPLICATIONS, DECIDE, "enrolment.view_enrolment"],
    roles.FINANCE: [SEE_PAYMENTS, REFUND, SEE_APPLICATIONS, "enrolment.view_ledgerentry", "enrolment.view_receipt"],
    roles.TUTOR: ["enrolment.view_enrolment"],
    roles.DIRECTOR: [SEE_APPLICATIONS, SEE_PAYMENTS, "enrolment.view_enrolment"],
}
