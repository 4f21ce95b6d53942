"""Who plays in the demo school: the staff, the visitors and the campaigns that bring them in."""

import re
import unicodedata
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property

from config.demo.accounts import DOMAIN
from config.demo.simulation import MADRID, Simulation
from enquiries.models import Campaign, CampaignAudience, CampaignChannel
from people.models import User

FROM_CAMPAIGNS = 0.55
WITH_PHONE = 0.22
PHONE_ONLY = 0.03
LANGUAGES = {"ca": 55, "es": 30, "en": 15}
MAIL_DOMAINS = ("example.org", "example.com", "example.net")  # reserved by RFC 2606: nobody lives there

GIVEN_NAMES = {
    "ca": "Aina Alba Albert Anna Arnau Bernat Biel Carla Carles Clara Cristina Dolors Eduard Elena Emma Eulàlia Ferran "
    "Gemma Gerard Glòria Guillem Helena Ignasi Ivet Jana Jaume Joan Joana Jordi Josep Judit Júlia Laia Lluís Lluc "
    "Magda Maria Mariona Marta Martí Meritxell Mireia Montserrat Neus Nil Núria Oriol Pau Pere Pol Queralt Quim Ramon "
    "Roger Rosa Sergi Sílvia Teresa Toni Txell Xavier Yasmina Fàtima Omar Nadia Bilal Imane",
    "es": "Adrián Alejandra Álvaro Andrea Beatriz Camila Carmen César Daniela Diego Elena Esther Fernando Gabriela "
    "Gonzalo Inés Isabel Iván Javier Jimena José Juan Laura Lorena Lucía Luis Manuel Marcela María Mario Mercedes "
    "Miguel Mónica Natalia Nicolás Noelia Óscar Pablo Paola Patricia Pilar Raquel Raúl Ricardo Rocío Rubén Sandra "
    "Santiago Sara Sofía Susana Tomás Valentina Verónica Ximena Yolanda Ayesha Bushra Hassan Usman",
    "en": "Aisha Alice Amelia Amir Anjali Antoine Benjamin Camille Chiara Chloé Daniel Emily Farah George Giulia Grace "
    "Hannah Harry Imran Jack James Jonas Katarzyna Kiran Lena Léa Lorenzo Lucy Marek Matteo Mehwish Mina Nadine Noor "
    "Oliver Olga Oscar Priya Rebecca Samuel Sean Simona Sophie Stefan Tariq Thomas Victoria William Yuki Zoë",
}
FAMILY_NAMES = {
    "ca": "Alemany Amat Badia Bonet Borràs Busquets Carbonell Casas Castells Codina Comas Domènech Escolà Farré Ferrer "
    "Figueras Fontanals Forn Gasull Giralt Gual Jové Llopis Manent Marquès Martí Mestres Miró Molins Nogués Oliver "
    "Pagès Planas Pujol Ribas Rius Rovira Sabaté Sala Segura Solé Tarragó Torrents Torres Valls Ventura Vila Xifré "
    "Amrani|El Idrissi|Benali|Chaoui|Diallo|Garcia|Fernández|López",
    "es": "Aguilar Álvarez Castillo Castro Díaz Domínguez Fernández Flores García Gil Gómez González Gutiérrez Herrera "
    "Iglesias Jiménez León López Lozano Martínez Medina Mendoza Molina Morales Moreno Muñoz Navarro Núñez Ortega Ortiz "
    "Paredes Peña Pérez Quispe Ramírez Ramos Reyes Rivas Rojas Romero Ruiz Salazar Sánchez Santos Serrano Soto Torres "
    "Vargas Vega Zambrano Akhtar Hussain Iqbal Malik",
    "en": "Abbott Bailey Bennett Bianchi Brennan Carter Chaudhry Clarke Collins Cooper Dubois Edwards Ferrari Fischer "
    "Foster Girard Gray Hughes Ivanova Kaur Keller Khan Kowalska Lambert Laurent Lewis Mahmood Marino Mitchell Moreau "
    "Murphy Nakamura Novak Okafor Parker Patel Petit Popescu Reid Rossi Roussel Schneider Shah Sharma Shaw Sheikh "
    "Turner Walsh Weber Wright",
}


@dataclass(frozen=True)
class Visitor:
    """Somebody who is about to ask. Has an address, a telephone, or both."""

    name: str
    email: str
    phone: str
    language: str


@dataclass(frozen=True)
class RunningCampaign:
    """A campaign somebody came from, and what their link said about it."""

    slug: str
    utm: dict[str, str]


@dataclass(frozen=True)
class CampaignPlan:
    """A campaign as it is written down before money is spent. ``pull`` is how many it brings, against the others."""

    slug: str
    name: str
    audience: str
    media: tuple[str, ...]
    source: str
    medium: str
    starts_on: date
    ends_on: date
    budget_minor: int
    target: int  # enrolments
    pull: int

    def state(self, *, on: date) -> str:
        if on < self.starts_on:
            return Campaign.State.PLANNED
        return Campaign.State.CLOSED if on > self.ends_on else Campaign.State.LIVE


class Cast:
    """The people of the demo school, drawn with the simulation's dice so that every run meets the same ones."""

    def __init__(self, simulation: Simulation, *, today: date):
        self.chance = simulation.chance
        self.today = today
        self.plans = plan_campaigns(today)
        self._emails: set[str] = set()
        self._phones: set[int] = set()

    # --- staff
    @cached_property
    def admissions(self) -> User:
        return staff("admissions")

    @cached_property
    def _desk(self) -> list[User]:
        return [staff(login) for login in ("adviser", "adviser2", "lead")]

    def adviser(self) -> User:
        """Whoever happens to be at the desk; the lead answers now and then."""
        return self.chance.choices(self._desk, [45, 40, 15])[0]

    # --- visitors
    def visitor(self) -> Visitor:
        """Somebody new. No two visitors share an address or a number."""
        language = self.chance.choices(list(LANGUAGES), list(LANGUAGES.values()))[0]
        given = self.chance.choice(GIVEN_NAMES[language].split())
        names = _family_names(language)
        family = [self.chance.choice(names)]
        if language != "en" and self.chance.random() < 0.6:
            family.append(self.chance.choice(names))
        channel = self.chance.random()
        phone = self._phone() if channel < WITH_PHONE + PHONE_ONLY else ""
        email = "" if channel < PHONE_ONLY else self._email(given, family[0])
        return Visitor(name=" ".join([given, *dict.fromkeys(family)]), email=email, phone=phone, language=language)

    def _email(self, given: str, family: str) -> str:
        first, last = _ascii(given), _ascii(family)
        local = self.chance.choice([f"{first}.{last}", f"{first}{last}", f"{first[0]}.{last}", f"{last}.{first}"])
        domain = self.chance.choice(MAIL_DOMAINS)
        email, number = f"{local}@{domain}", 1
        while email in self._emails:
            number += 1
            email = f"{local}{number}@{domain}"
        self._emails.add(email)
        return email

    def _phone(self) -> str:
        """A number of the block +34 600 00…, which nobody would take for a real one."""
        number = self.chance.randrange(10_000)
        while number in self._phones:
            number = (number + 1) % 10_000
        self._phones.add(number)
        return f"+3460000{number:04}"

    # --- campaigns
    def make_campaigns(self, at: datetime) -> list[Campaign]:
        """Write the campaigns down before the story begins ``at``, each as it stands today; the lead owns them."""
        lead = staff("lead")
        campaigns = []
        for plan in self.plans:
            fields = {
                "name": plan.name,
                "state": plan.state(on=self.today),
                "metric": Campaign.Metric.ENROLMENTS,
                "target": plan.target,
                "budget_minor": plan.budget_minor,
                "starts_on": plan.starts_on,
                "ends_on": plan.ends_on,
                "owner": lead,
            }
            campaign, _created = Campaign.objects.update_or_create(slug=plan.slug, defaults=fields)
            CampaignAudience.objects.get_or_create(campaign=campaign, words=plan.audience)
            for medium in plan.media:
                CampaignChannel.objects.get_or_create(campaign=campaign, medium=medium)
            campaigns.append(campaign)
        return campaigns

    def campaign_running(self, at: datetime) -> RunningCampaign | None:
        """The campaign somebody who arrives ``at`` came from; None for those who came by themselves."""
        day = at.astimezone(MADRID).date()
        running = [plan for plan in self.plans if plan.starts_on <= day <= plan.ends_on]
        if not running or self.chance.random() >= FROM_CAMPAIGNS:
            return None
        plan = self.chance.choices(running, [plan.pull for plan in running])[0]
        utm = {"utm_source": plan.source, "utm_medium": plan.medium, "utm_campaign": plan.slug}
        return RunningCampaign(slug=plan.slug, utm=utm)


def plan_campaigns(today: date) -> list[CampaignPlan]:
    """The campaigns of the two intakes behind us and of the next one, around ``today``."""
    monday = today - timedelta(days=today.weekday())
    past, running, coming = (monday + timedelta(weeks=weeks) for weeks in (-48, -17, 10))
    fair = monday + timedelta(weeks=3)
    autumn = today.year if today >= date(today.year, 6, 1) else today.year - 1
    plans = [_search(start) for start in (past, running, coming)]
    plans += [_social(start) for start in (past, coming)]
    plans += [
        CampaignPlan(
            slug=f"portes-obertes-{autumn}",
            name=f"Jornada de portes obertes, tardor {autumn}",
            audience="Veïnatge del Poblenou i de Gràcia que encara no ens coneix",
            media=("outdoor", "mail", "press"),
            source="open-day",
            medium="event",
            starts_on=date(autumn, 9, 15),
            ends_on=date(autumn, 10, 20),
            budget_minor=180_000,
            target=4,
            pull=3,
        ),
        CampaignPlan(
            slug=f"fira-formacio-{fair:%Y-%m}",
            name=f"Fira de la formació {fair:%m/%Y}",
            audience="Persones que busquen feina o volen canviar-ne",
            media=("fair", "email"),
            source="education-fair",
            medium="event",
            starts_on=fair,
            ends_on=fair + timedelta(days=13),
            budget_minor=240_000,
            target=5,
            pull=4,
        ),
        CampaignPlan(
            slug=f"antics-alumnes-{past:%Y}",
            name="Recomanacions d’antics alumnes",
            audience="Antics alumnes i les persones del seu entorn",
            media=("email",),
            source="alumni",
            medium="referral",
            starts_on=past - timedelta(weeks=14),
            ends_on=coming,
            budget_minor=60_000,
            target=6,
            pull=2,
        ),
    ]
    return plans


def _search(start: date) -> CampaignPlan:
    return CampaignPlan(
        slug=f"cercadors-{start:%Y-%m}",
        name=f"Anuncis en cercadors, inici {start:%m/%Y}",
        audience="Persones de 25 a 50 anys de l’àrea de Barcelona que busquen un curs concret",
        media=("search",),
        source="search-ads",
        medium="cpc",
        starts_on=start - timedelta(weeks=14),
        ends_on=start - timedelta(days=8),
        budget_minor=420_000,
        target=10,
        pull=6,
    )


def _social(start: date) -> CampaignPlan:
    return CampaignPlan(
        slug=f"xarxes-{start:%Y-%m}",
        name=f"Xarxes socials, inici {start:%m/%Y}",
        audience="Persones que treballen i es plantegen canviar d’ofici",
        media=("social",),
        source="social-ads",
        medium="paid-social",
        starts_on=start - timedelta(weeks=11),
        ends_on=start - timedelta(days=15),
        budget_minor=260_000,
        target=6,
        pull=4,
    )


def staff(login: str) -> User:
    """The demo's own account of a member of staff."""
    return User.objects.get(email=f"{login}@{DOMAIN}")


def _family_names(language: str) -> list[str]:
    """The surnames of a language; those of two words stand between bars."""
    words, *of_two_words = FAMILY_NAMES[language].split("|")
    return [*words.split(), *of_two_words]


def _ascii(name: str) -> str:
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z]", "", plain)
