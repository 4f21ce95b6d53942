"""A place to belong: the forum of each programme and its moderation. It knows neither KPIs nor tutoring."""
