"""From application to enrolment, and the money between: prices, payments, the ledger and receipts. It does not know
what happens in class."""
