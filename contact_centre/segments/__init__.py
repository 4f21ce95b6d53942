"""Groups of people by what they are and did: what a rule may ask, who meets the rules, and how many each removes.

Others call ``people_of`` and ``holds`` for a segment, ``rules.people`` for rules not saved, ``preview`` to count.
"""

from contact_centre.segments.membership import holds, people_of
from contact_centre.segments.previewing import Preview, preview

__all__ = ["Preview", "holds", "people_of", "preview"]
