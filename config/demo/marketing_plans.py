"""Around the campaigns of Escola Llevant: its plans, the pact with sales, studies, partners, the talk of the town."""

from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone

from config.demo.cast import staff
from contact_centre.segments import writing
from enquiries.listening import mentions
from enquiries.models import (
    Campaign,
    Enquiry,
    LeadAgreement,
    MarketingPlan,
    MarketStudy,
    Mention,
    Network,
    Partner,
    PartnerAgreement,
    PlanReview,
    PlanTarget,
    SocialChannel,
    SocialPost,
)
from enquiries.plans import agreeing, partners, planning, quarters
from programmes.models import Competitor

DAY = timedelta(days=1)
Metric = Campaign.Metric

PLAN = {
    "objectives": "Que qui busca un curs a Barcelona pensi en nosaltres abans de comparar preus.\n"
    "Créixer un 10 % en matrícules sense gastar més en anuncis.",
    "audience": "Persones de 25 a 50 anys que treballen i volen canviar de feina o anar més enllà en la que tenen.",
    "message": "Aprens amb gent que fa la feina cada dia, i algú et respon abans de 24 hores.",
    "tactics": "Cercadors tot l’any, portes obertes a la tardor, recomanacions d’antics alumnes, fires al febrer.",
}
FINDINGS = [
    (
        "Els anuncis en cercadors van portar gent que ja sabia què volia; les xarxes, gent que tot just comença a "
        "mirar. Qui va venir a les portes obertes es va matricular el doble.",
        "Movem una cinquena part del pressupost de xarxes a les portes obertes.",
    ),
    (
        "Hem respost abans, i es nota: cada hora guanyada en la primera resposta són més converses. L’estiu és fluix.",
        "Menys anuncis al juliol, més al setembre.",
    ),
]
STUDIES = [
    (
        "Per què la gent deixa un curs a mig buscar",
        "Observatori de Formació del Litoral",
        260,
        480_000,
        "La meitat de qui compara tres escoles acaba no fent res. El que més pesa és no saber si podrà compaginar-ho; "
        "el preu ve després. Qui parla amb una persona decideix abans.",
        3,
    ),
    (
        "Enquesta a qui ens va demanar informació i no va venir",
        "Sondeig Vora Mar",
        120,
        215_050,
        "Un de cada tres no recorda la nostra resposta. Els horaris de vespre són el primer motiu per triar-nos.",
        2,
    ),
    (
        "Mapa de l’oferta de formació al Poblenou",
        "Sondeig Vora Mar",
        60,
        96_000,
        "Onze centres a vint minuts a peu. Cap no ofereix tast de classe gratuït.",
        0,
    ),
]
PARTNERS = [
    (
        "alumni",
        "Associació d’antics alumnes",
        Partner.Kind.ASSOCIATION,
        "Roser Vidal",
        "junta@antics.example",
        "Conveni de recomanacions",
        "10 % de descompte a qui vingui recomanat per un soci; butlletí compartit dos cops l’any.",
    ),
    (
        "education-fair",
        "Fira de la Formació",
        Partner.Kind.OTHER,
        "Martí Soler",
        "expositors@fira.example",
        "Estand i cessió de contactes",
        "Estand de 9 m², dues xerrades i la llista de qui va deixar el contacte amb permís.",
    ),
    (
        "institut-besos",
        "Institut del Besòs",
        Partner.Kind.SCHOOL,
        "Carme Prat",
        "orientacio@besos.example",
        "Orientació a segon de batxillerat",
        "Dues sessions per curs al centre i visita a les nostres aules al març.",
    ),
]
CHANNELS = [
    (Network.INSTAGRAM, "@escolallevant", "Què passa a les aules", 3),
    (Network.LINKEDIN, "Escola Llevant", "Feines i sortides, antics alumnes", 2),
    (Network.YOUTUBE, "Escola Llevant", "Tasts de classe", 1),
]
POSTS = [
    "Avui al taller de disseny: com es fa una maqueta en una tarda.",
    "«Vaig canviar de feina als 41.» La història de la Mireia, antiga alumna.",
    "Preguntes que ens feu cada setmana: es pot compaginar amb la feina?",
    "Tres portfolios que ens han enamorat aquest trimestre.",
    "Dissabte obrim les portes: vine a fer una classe de mostra.",
    "Així ensenyem: mitja hora amb el professor de dades.",
]
SAID = [  # days ago, network, author, words, tone, reach, about a rival, answer
    (26, Network.REVIEWS, "Marta G.", "Molt bona atenció: em van trucar el mateix dia i em van dir la veritat sobre "
     "les sortides.", 1, 180, "", "Gràcies, Marta! Ens alegra que et servís."),
    (19, Network.INSTAGRAM, "@jordi.disseny", "El tast de classe d’@escolallevant val molt la pena.", 1, 2_400, "",
     "Moltes gràcies, Jordi. Et guardem lloc al pròxim."),
    (15, Network.REVIEWS, "Ivan P.", "Buena escuela, pero tardaron en mandarme el horario definitivo.", -1, 150, "",
     "Hola, Ivan: tienes razón, y ya lo hemos corregido. Te hemos escrito."),
    (9, Network.LINKEDIN, "Núria Casas", "He contractat dues persones sortides d’Escola Llevant. Arriben preparades.",
     1, 5_100, "", ""),
    (6, Network.PRESS, "Diari del Poblenou", "Les escoles de formació del barri creixen un 8 % en un any.", 0, 12_000,
     "", ""),
    (5, Network.X, "@aprenentatge", "Algú ha provat els cursos de vespre d’aquí? Busco opinions.", 0, 900, "rival", ""),
    (3, Network.REVIEWS, "Sam W.", "Friendly people, clear prices. The evening timetable is what convinced me.", 1, 160,
     "", ""),
    (1, Network.INSTAGRAM, "@lucia_estudia", "Llevo dos días esperando que me digan si queda plaza.", -1, 3_200,
     "", ""),
]  # fmt: skip
REACHABLE = {"criterion": "people.address", "values": {"channels": ["email"]}}
CRISIS = (
    "Diuen en un fil que la nostra beca «era només publicitat». Ja l’han compartit més de cent vegades.",
    "@veus_del_barri",
    18_500,
)


def play(*, at: datetime) -> int:
    """Write down the plans, the pact, the studies, the partners and what is said; return how many mentions there are.

    Wants the staff, the campaigns with their enquiries and the rivals of the product sheets. Doing it again adds
    nothing.
    """
    if MarketingPlan.objects.exists():
        return Mention.objects.count()
    campaigns = list(Campaign.objects.filter(parent=None).order_by("starts_on", "pk"))
    _plans(at=at)
    _agreement(at=at)
    _studies(campaigns, at=at)
    _partners(at=at)
    _speak(campaigns, at=at)
    return _listen(campaigns, at=at)


def _plans(*, at: datetime) -> None:
    """This year's plan and last year's; targets lean on what really came, so that some are met and some are not."""
    today, marketing, director = timezone.localdate(at), staff("marketing"), staff("director")
    received = Enquiry.objects.live().count() or 400
    for year in (today.year - 1, today.year):
        plan = MarketingPlan.objects.create(year=year, name="Pla de màrqueting", owner=marketing, **PLAN)
        PlanTarget.objects.bulk_create(
            PlanTarget(plan=plan, quarter=quarter, metric=metric, target=max(1, round(received * share * weight)))
            for quarter, weight in enumerate((0.3, 0.25, 0.2, 0.25), start=1)
            for metric, share in ((Metric.ENQUIRIES, 0.9), (Metric.APPLICATIONS, 0.2), (Metric.ENROLMENTS, 0.11))
        )
        closed = [one for one in quarters.of_year(year) if one.is_closed(at=at)]
        # The last quarter waits for its review, as it does in life.
        for number, quarter in enumerate(closed if year < today.year else closed[:-1]):
            findings, consequences = FINDINGS[number % len(FINDINGS)]
            planning.review(
                plan, quarter, findings=findings, consequences=consequences, at=quarter.until + 9 * DAY, by=director
            )
    PlanReview.objects.filter(reviewed_at__gt=at).update(reviewed_at=at)


def _agreement(*, at: datetime) -> None:
    profile = writing.save(
        None,
        name="Perfil pactat: se li pot trucar o escriure",
        note="El que màrqueting i vendes entenen per un bon contacte.",
        document={"version": 1, "op": "all", "rules": [REACHABLE]},
        is_fixed=False,
        at=at - 45 * DAY,
        by=staff("lead"),
    )
    today = timezone.localdate(at)
    first = quarters.of_day(today).first_day
    last = quarters.of_day(today).last_day
    agreement = agreeing.keep(
        LeadAgreement(
            name=f"Contactes que es passen al centre, {today:%Y}",
            profile=profile,
            from_day=first,
            until_day=last,
            enquiries=120,
            fit_percent=60,
            answer_hours=24,
        ),
        at=at - 40 * DAY,
        by=staff("marketing"),
    )
    signed_at = at - 20 * DAY
    agreeing.sign(agreement, agreeing.MARKETING, at=signed_at, by=staff("marketing"))
    agreeing.sign(agreement, agreeing.SALES, at=signed_at + timedelta(hours=3), by=staff("lead"))


def _studies(campaigns: list[Campaign], *, at: datetime) -> None:
    today = timezone.localdate(at)
    for title, supplier, days, cost, findings, borne_by in STUDIES:
        study = MarketStudy.objects.create(
            title=title,
            supplier=supplier,
            on=today - days * DAY,
            cost_minor=cost,
            findings=findings,
            filed_by=staff("marketing"),
        )
        study.campaigns.set(campaigns[:borne_by])


def _partners(*, at: datetime) -> None:
    today, marketing = timezone.localdate(at), staff("marketing")
    for code, name, kind, contact, email, title, terms in PARTNERS:
        partner, is_new = Partner.objects.get_or_create(
            code=code,
            defaults={
                "name": name, "kind": kind, "contact_name": contact, "contact_email": email, "owner": marketing,
            },
        )  # fmt: skip
        if is_new:
            PartnerAgreement.objects.create(partner=partner, title=title, from_day=today - 200 * DAY, terms=terms)
        partners.claim(partner, at=at, by=marketing)


def _speak(campaigns: list[Campaign], *, at: datetime) -> None:
    """Two months of posts: Instagram as often as meant, the others nearly; the coming week is planned."""
    today, editor = timezone.localdate(at), staff("editor")
    running = next((one for one in campaigns if one.state == Campaign.State.LIVE), None)
    posts = []
    for network, handle, goal, weekly in CHANNELS:
        channel = SocialChannel.objects.create(
            network=network, handle=handle, goal=goal, posts_per_week=weekly, owner=staff("marketing")
        )
        monday = today - today.weekday() * DAY
        for week in range(-8, 2):
            number = weekly - (1 if network != Network.INSTAGRAM and week % 4 == 0 else 0)
            for turn in range(number):
                on = monday + (7 * week + 1 + 2 * turn) * DAY
                is_out = on < today
                text = POSTS[(week + turn + weekly) % len(POSTS)]
                figures = {"reach": 420 + 37 * (week % 5) + 150 * turn, "reactions": 18 + 3 * turn} if is_out else {}
                posts.append(
                    SocialPost(
                        channel=channel, on=on, text=text, is_published=is_out, by=editor,
                        campaign=running if turn == 0 else None, **figures,
                    )
                )  # fmt: skip
    SocialPost.objects.bulk_create(posts)


def _listen(campaigns: list[Campaign], *, at: datetime) -> int:
    marketing, rival = staff("marketing"), Competitor.objects.order_by("name").first()
    running = next((one for one in campaigns if one.state == Campaign.State.LIVE), None)
    for number, (days, network, author, words, tone, reach, about, answer) in enumerate(SAID):
        said_at = at - days * DAY - timedelta(hours=number % 5)
        facts: dict[str, Any] = {"network": network, "author": author, "text": words, "tone": tone, "reach": reach}
        mention = Mention(
            **facts,
            said_at=said_at,
            rival=rival if about else None,
            campaign=running if network == Network.INSTAGRAM else None,
            needs_answer=bool(answer) or tone == Mention.Tone.BAD,
        )
        noted_at = said_at + timedelta(hours=2)
        mentions.note(mention, at=noted_at, by=marketing)
        if answer:
            mentions.answer(mention, text=answer, at=noted_at + timedelta(hours=1), by=marketing)
    words, author, reach = CRISIS
    crisis = Mention(
        network=Network.X, author=author, text=words, tone=Mention.Tone.BAD, reach=reach, is_crisis=True,
        said_at=at - timedelta(hours=3),
    )  # fmt: skip
    mentions.note(crisis, at=at - timedelta(hours=2), by=marketing)
    return len(SAID) + 1
