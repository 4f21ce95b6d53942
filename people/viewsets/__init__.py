"""The back office's lists of this floor, one module per topic. Nothing in the ledgers among them is edited."""

from people.viewsets import (
    audit,
    consents,
    duplicates,
    exclusions,
    imports,
    merges,
    messages,
    retention,
    staff,
    tokens,
    uploads,
)

TOPICS = [audit, consents, duplicates, exclusions, imports, merges, messages, retention, staff, tokens, uploads]
VIEWSETS = [viewset for topic in TOPICS for viewset in topic.VIEWSETS]
DESK_URLS = [url for topic in TOPICS for url in topic.DESK_URLS]
