"""How carriers speak with providers over HTTP: always with a time limit, and every failure told apart."""

import requests

from people.contact.carriers import MayHaveLeft, TryLater

TIME_LIMIT = (5, 20)  # seconds to reach them, and to hear from them


def call(method: str, url: str, **request) -> requests.Response:
    """Their answer, whatever it says, unless they ask to wait.

    Raises TryLater where nothing can have left (they were not reached, or said that they are away: 429 and 5xx) and
    MayHaveLeft where they were reached and never answered.
    """
    try:
        answer = requests.request(method, url, timeout=TIME_LIMIT, allow_redirects=False, **request)
    except (requests.ConnectTimeout, requests.exceptions.SSLError) as error:
        raise TryLater(type(error).__name__)
    except requests.ConnectionError as error:
        if _was_never_reached(error):
            raise TryLater("ConnectionError")
        raise MayHaveLeft(type(error).__name__)
    except requests.RequestException as error:  # they were reached, and the answer did not come or broke off
        raise MayHaveLeft(type(error).__name__)
    if answer.status_code == 429 or answer.status_code >= 500:
        raise TryLater(f"HTTP {answer.status_code}")
    return answer


def _was_never_reached(error: requests.ConnectionError) -> bool:
    cause = getattr(error.args[0], "reason", None) if error.args else None
    return type(cause).__name__ in ("NewConnectionError", "NameResolutionError", "ConnectTimeoutError")
