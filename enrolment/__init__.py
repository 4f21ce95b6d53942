"""From the wish to join to the place in class: applications and their decision, what is owed and paid, receipts and
enrolments. It speaks to the payment provider in one module; what happens in class is left to the floors above."""
