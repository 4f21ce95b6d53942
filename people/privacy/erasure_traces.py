"""Copies of personal data outside a person's own rows: what imports and logs keep, and what lies in files."""

import base64
import pickle
from collections.abc import Iterable
from dataclasses import dataclass

from allauth.usersessions.models import UserSession
from django.contrib.contenttypes.models import ContentType
from django.contrib.sessions.models import Session
from django.core.cache import DEFAULT_CACHE_ALIAS, caches
from django.core.cache.backends.db import DatabaseCache
from django.core.files.storage import default_storage, storages
from django.db import connection
from django.db.models import CharField, Exists, Model, OuterRef, Q, TextField
from django.db.models.functions import Cast
from wagtail.admin.models import FormState
from wagtail.models import ModelLogEntry
from wagtail.users.models import UserProfile

from people.contact import mail_files
from people.importing import kept_files, uploads
from people.models import ImportChange, ImportRun, ImportUpload, OutgoingMessage, Person, Suppression
from people.privacy.personal_data import Table

FORGOTTEN = "forgotten"
SESSIONS_READ = 10_000  # those that run out last; decoding one takes some 20 µs
FILE_BLOCK = 1_000_000


def forget_copies(declared: Iterable[Table], people: list[int]) -> None:
    """What imports, the back office's log and its unsaved forms keep of the rows that are about ``people``."""
    logged, begun = _kinds_in(ModelLogEntry), _kinds_in(FormState)
    for table in declared:
        model = table.model_class
        rows = table.rows_of(people).order_by()
        ImportChange.objects.filter(model=model._meta.label_lower, row_id__in=rows.values("pk")).filter(
            Q(before__isnull=False) | Q(after__isnull=False)
        ).exclude(before={}).update(before={}, after={})
        keys = rows.annotate(pk_as_text=Cast("pk", CharField())).values("pk_as_text")
        named = model._meta.label_lower
        if kind := logged.get(named):
            ModelLogEntry.objects.filter(content_type=kind, object_id__in=keys).update(label=FORGOTTEN, data={})
        if kind := begun.get(named):
            FormState.objects.filter(content_type=kind, object_id__in=keys).delete()


def _kinds_in(model: type[Model]) -> dict[str, int]:
    """Of which models there are rows at all: most tables are never asked."""
    present = ContentType.objects.filter(Exists(model._base_manager.filter(content_type=OuterRef("pk"))))
    return {f"{app}.{name}": pk for pk, app, name in present.values_list("pk", "app_label", "model")}


def forget_words(words: list[str]) -> None:
    """Lines of files that were not taken in, and the school's own bars, by the addresses they name."""
    Suppression.objects.filter(value__in=words, list_name="").delete()
    for run in ImportRun.objects.annotate(text=Cast("rejected", TextField())).filter(_any_of("text", words)):
        run.rejected = [
            {"line": row.get("line"), "why": FORGOTTEN} if _mentions(str(row), words) else row for row in run.rejected
        ]
        run.save(update_fields=["rejected"])


@dataclass(frozen=True)
class Outside:
    """By what copies outside the tables of models are found, read before the rows that say it are gone."""

    words: list[str]  # addresses and numbers
    uuids: list[str]
    mails: list[str]  # the numbers of the messages, which stand in the mails' own
    users: list[int]
    sessions: list[str]
    pictures: list[str]


def outside_the_tables(people: Iterable[Person], words: list[str]) -> Outside:
    """What ``forget_outside`` needs to know about ``people``."""
    people = list(people)
    users = [one.user_id for one in people if one.user_id]
    mails = OutgoingMessage.objects.filter(person__in=people).values_list("uuid", flat=True)
    return Outside(
        words=words,
        uuids=[str(one.uuid) for one in people],
        mails=[str(uuid) for uuid in mails],
        users=users,
        sessions=list(UserSession.objects.filter(user__in=users).values_list("session_key", flat=True)),
        pictures=list(UserProfile.objects.filter(user__in=users).exclude(avatar="").values_list("avatar", flat=True)),
    )


def forget_outside(about: Outside) -> None:
    """What lies outside the tables of models: mails in files, uploads on their way in, sessions and the cache."""
    mail_files.forget(about.words, about.mails)
    for picture in about.pictures:
        default_storage.delete(picture)
    for upload in ImportUpload.objects.exclude(state=ImportUpload.State.RUNNING).exclude(stored_as=""):
        kept = file_mentions(f"{uploads.FOLDER}/{upload.stored_as}/{uploads.FILE}", about.words)
        if kept or _mentions(str(upload.preview), about.words):
            _give_up(upload)
    _end_sessions(about)
    _forget_cached([*about.words, *about.uuids])


def _give_up(upload: ImportUpload) -> None:
    """A file that would bring a forgotten person back is not taken in; one that was is not needed any more."""
    _forget_file(upload)
    if upload.state != ImportUpload.State.DONE:
        upload.state, upload.why = ImportUpload.State.FAILED, FORGOTTEN
        upload.save(update_fields=["state", "why"])


def _forget_file(upload: ImportUpload) -> None:
    """Delete an uploaded file and what was read from it; that there was one, and when, stays."""
    if upload.stored_as:
        kept_files.forget(uploads.FOLDER, upload.stored_as)
    upload.stored_as, upload.preview, upload.decisions = "", {}, {}
    upload.save(update_fields=["stored_as", "preview", "decisions"])


def file_mentions(path: str, words: list[str]) -> bool:
    """Whether a file in the private storage has one of ``words`` in it; a packed one, such as a workbook, may have."""
    store = storages["private"]
    if not words or not store.exists(path):
        return False
    wanted = [word.lower().encode() for word in words]
    overlap = max(map(len, wanted))
    before = b""
    with store.open(path) as file:
        for block in file.chunks(FILE_BLOCK):
            text = before + block.lower()
            if not before and text.startswith(b"pk\x03\x04"):
                return True
            if any(word in text for word in wanted):
                return True
            before = text[-overlap:]
    return False


def forget_kept(folder: str, words: list[str]) -> int:
    """Delete the uploads that wait in ``folder`` and have one of ``words`` in them; return how many."""
    store, gone = storages["private"], 0
    for number in kept_files.numbers(folder):
        names = store.listdir(f"{folder}/{number}")[1]
        if any(file_mentions(f"{folder}/{number}/{name}", words) for name in names):
            kept_files.forget(folder, number)
            gone += 1
    return gone


def _end_sessions(about: Outside) -> None:
    """Sessions of the logins, and those in which somebody began to sign in with an address of theirs."""
    own = {str(user) for user in about.users}
    gone = list(about.sessions)
    for session in Session.objects.order_by("-expire_date")[:SESSIONS_READ].iterator():
        data = session.get_decoded()
        if str(data.get("_auth_user_id", "")) in own or _mentions(str(data), about.words):
            gone.append(session.session_key)
    Session.objects.filter(session_key__in=gone).delete()


def _forget_cached(words: list[str]) -> None:
    """Entries of the database's cache with one of ``words``; another cache forgets by itself within a day."""
    kept = caches[DEFAULT_CACHE_ALIAS]
    table = getattr(kept, "_table", "")
    if not isinstance(kept, DatabaseCache) or table not in connection.introspection.table_names():
        return
    name = connection.ops.quote_name(table)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT cache_key, value FROM {name}")  # noqa: S608 -- the name is our own setting
        gone = [key for key, value in cursor.fetchall() if _mentions(key + _unpacked(value), words)]
        cursor.execute(f"DELETE FROM {name} WHERE cache_key = ANY(%s)", [gone])  # noqa: S608


def _unpacked(value: str) -> str:
    return str(pickle.loads(base64.b64decode(value)))  # noqa: S301 -- written by this program's own cache


def _any_of(field: str, words: list[str]) -> Q:
    found = Q(pk__in=[])
    for word in words:
        found |= Q(**{f"{field}__icontains": word})
    return found


def _mentions(text: str, words: list[str]) -> bool:
    text = text.lower()
    return any(word.lower() in text for word in words)
