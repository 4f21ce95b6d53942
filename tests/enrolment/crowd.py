"""A crowd: the same act in many processes at once, against the test database."""

import multiprocessing
from collections import Counter

from django.db import connections


def crowd(act, arguments) -> Counter:
    """Call ``act(argument)`` in one process each, all let go together; count what they answered."""
    connections.close_all()  # a connection must not be shared with a child
    fork = multiprocessing.get_context("fork")
    gate, answers = fork.Event(), fork.Queue()
    children = [fork.Process(target=_one, args=(act, argument, gate, answers)) for argument in arguments]
    for child in children:
        child.start()
    gate.set()
    found = Counter(answers.get(timeout=120) for _child in children)
    for child in children:
        child.join()
    return found


def _one(act, argument, gate, answers):
    gate.wait()
    try:
        answers.put(act(argument))
    except Exception as error:
        answers.put(type(error).__name__)
    finally:
        connections.close_all()
