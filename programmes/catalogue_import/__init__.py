"""Taking in a catalogue: into a collection, again and again, and out again.

``taking_in`` leads through it; ``wording`` says what a record means in our fields, ``compare`` finds what differs from
what is there, ``writing`` writes it in bulk, ``undoing`` puts it back, ``uploads`` does it step by step for the desk.
"""

from programmes.catalogue_import.taking_in import KIND, BadCollection, import_catalogue

__all__ = ["KIND", "BadCollection", "import_catalogue"]
