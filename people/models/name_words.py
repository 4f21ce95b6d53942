"""The words of a name as PostgreSQL searches them."""

from django.contrib.postgres.search import SearchVectorField
from django.db.models import Func

# The embedded PostgreSQL has no ``unaccent``: decompose, drop the combining marks; what is no letter parts words.
BARE = (
    r"regexp_replace(regexp_replace(lower(normalize({text}, NFD)), '[\u0300-\u036f]', '', 'g'),"
    r" '[^[:alnum:]]+', ' ', 'g')"
)
WORDS = f"to_tsvector('simple'::regconfig, {BARE})"


class NameWords(Func):
    """Small letters without accents; an index on it answers which names have a word, or a word that begins so."""

    template = WORDS.format(text="%(expressions)s")
    arg_joiner = " || ' ' || "
    output_field = SearchVectorField()
