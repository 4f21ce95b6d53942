"""The pages around the catalogue: home, articles, fields, teachers, landing pages, and the trail of a campaign."""
