"""The demo's accounts; made only where ``MATRICULA_ENV`` is ``demo`` or ``test``."""

from dataclasses import dataclass

PASSWORD = "matricula-demo"  # noqa: S105 -- published in the README, never made in production
DOMAIN = "llevant.example"


@dataclass(frozen=True)
class Account:
    """Somebody who can sign in. ``role`` is the name of a group, empty for people who are not staff."""

    login: str
    given_name: str
    family_name: str
    role: str
    what: str
    language: str = "ca"

    @property
    def email(self) -> str:
        return f"{self.login}@{DOMAIN}"


ACCOUNTS = [
    Account("director", "Mercè", "Vidal", "Director", "director: the board"),
    Account("lead", "Jordi", "Ferrer", "Contact-centre lead", "contact-centre lead"),
    Account("adviser", "Laia", "Puig", "Adviser", "adviser"),
    Account("adviser2", "Marc", "Soler", "Adviser", "adviser"),
    Account("admissions", "Núria", "Roca", "Admissions", "admissions"),
    Account("teacher", "Neus", "Batlle", "Teacher", "teacher: who applies and studies"),
    Account("finance", "Pere", "Costa", "Finance", "finance"),
    Account("editor", "Aina", "Mas", "Editor", "editor of the website"),
    Account("tutor", "Oriol", "Serra", "Tutor", "tutor"),
    Account("marketing", "Biel", "Grau", "Marketing", "marketing: campaigns"),
    Account("moderator", "Clara", "Bosch", "Moderator", "moderator of the forums"),
    Account("admin", "Jana", "Prats", "Administrator", "administrator: logins and roles"),
    Account("dpo", "Irene", "Pla", "Data protection", "data protection"),
    Account("student", "Berta", "Camps", "", "student"),
    Account("prospect", "Pau", "Riera", "", "prospect"),
]
