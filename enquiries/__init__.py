"""Demand: campaigns, forms, where an enquiry came from and how it ended. Every enquiry becomes a case in the contact
centre. It knows nothing of money."""
