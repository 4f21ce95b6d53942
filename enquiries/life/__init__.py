"""How an enquiry gets on, from the first answer to enrolment or loss."""
