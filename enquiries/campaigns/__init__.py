"""Campaigns: what must stand before they go live, what they cost, what is changed on the way, what they brought."""
