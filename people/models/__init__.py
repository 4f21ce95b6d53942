"""Logins, persons, their identities, consents, touchpoints and messages; one module per topic."""

from people.models.access import (
    ApiToken,
    AuditEntry,
    AuditReview,
    AuditSettings,
    AuditWeek,
    GrantedRight,
    KnownDevice,
    UsedLink,
)
from people.models.imports import ImportChange, ImportMapping, ImportRun, ImportUpload
from people.models.ledger import Consent, ConsentRequest, ConsentText, ContactRules, LegalBasis, Suppression
from people.models.logins import User, UserManager
from people.models.merging import DuplicatePair, LikenessKey, Merge, MergeMove
from people.models.messages import OutgoingMessage
from people.models.operations import Heartbeat
from people.models.persons import Identity, Person, PersonScore, Relationship, SharedAddress
from people.models.retention import PlannedErasure, RetentionPeriod
from people.models.timeline import Touchpoint
from people.models.words import Channel, Language, Purpose

__all__ = [
    "ApiToken",
    "AuditEntry",
    "AuditReview",
    "AuditSettings",
    "AuditWeek",
    "Channel",
    "Consent",
    "ConsentRequest",
    "ConsentText",
    "ContactRules",
    "DuplicatePair",
    "GrantedRight",
    "Heartbeat",
    "Identity",
    "ImportChange",
    "ImportMapping",
    "ImportRun",
    "ImportUpload",
    "KnownDevice",
    "Language",
    "LegalBasis",
    "LikenessKey",
    "Merge",
    "MergeMove",
    "OutgoingMessage",
    "Person",
    "PersonScore",
    "PlannedErasure",
    "Purpose",
    "Relationship",
    "RetentionPeriod",
    "SharedAddress",
    "Suppression",
    "Touchpoint",
    "UsedLink",
    "User",
    "UserManager",
]
