"""Forums, threads and posts: the smallest valid rows; ``community.forums`` writes them as members do."""

from datetime import UTC, datetime

import factory
from factory.django import DjangoModelFactory

from community.models import Forum, Post, Thread
from tests.factories.people import PersonFactory
from tests.factories.programmes import ProgrammeFactory

MONDAY_9AM = datetime(2027, 3, 8, 8, 0, tzinfo=UTC)  # nine o'clock in Barcelona


class ForumFactory(DjangoModelFactory):
    class Meta:
        model = Forum

    programme = factory.SubFactory(ProgrammeFactory)
    slug = factory.SelfAttribute("programme.code")


class ThreadFactory(DjangoModelFactory):
    """A thread with its first post."""

    class Meta:
        model = Thread
        skip_postgeneration_save = True

    forum = factory.SubFactory(ForumFactory)
    author = factory.SubFactory(PersonFactory)
    title = "Where do we meet?"
    created_at = MONDAY_9AM
    last_post_at = factory.SelfAttribute("created_at")
    post_count = 1
    first_post = factory.RelatedFactory(
        "tests.factories.community.PostFactory",
        factory_related_name="thread",
        author=factory.SelfAttribute("..author"),
        created_at=factory.SelfAttribute("..created_at"),
    )


class PostFactory(DjangoModelFactory):
    class Meta:
        model = Post

    thread = factory.SubFactory(ThreadFactory, first_post=None)
    author = factory.SubFactory(PersonFactory)
    text = "In the library, at six."
    created_at = MONDAY_9AM
