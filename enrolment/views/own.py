"""Who is asking: a page of one's own needs a person, and shows nobody else's."""

from functools import wraps

from django.contrib.auth.decorators import login_required
from django.shortcuts import render
from django.views.decorators.cache import never_cache

from people.access.sign_in import person_of


def own_page(view):
    """The view gets the signed-in ``person``; strangers sign in first, logins without a person are told so."""

    @never_cache
    @login_required
    @wraps(view)
    def with_person(request, *args, **kwargs):
        person = person_of(request)
        if person is None:
            return render(request, "enrolment/no_person.html", status=403)
        return view(request, *args, person=person, **kwargs)

    return with_person
