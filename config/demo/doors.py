"""Two doors for machines with leads behind them, and a dozen suspects, some of them decided."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from config.demo.cast import staff
from enquiries.intake import deciding, doors, posting
from enquiries.models import LeadDoor, Submission

# What each wrote, in how many hours before now, and what was decided: real, spam, or nothing yet.
SUSPECTS: tuple[tuple[int, str, Mapping[str, str]], ...] = (
    (2, "", {"name": "Marta Riba", "email": "marta.riba@yopmail.com", "language": "ca", "programme": "ux-design",
             "message": "Hola! Voldria saber si el curs de disseny es pot fer a les tardes. Gràcies!"}),
    (3, "", {"name": "SEO Team", "email": "growth@rank-boost.example", "language": "en",
             "message": "We noticed your website is not on page one of Google. Our backlinks bring traffic: "
                        "https://rank-boost.example https://rank-boost.example/offer"}),
    (5, "", {"name": "Andrés Gil", "email": "andres.gil@mailinator.com", "language": "es", "programme": "elderly-care",
             "message": "Quiero información sobre las prácticas y el precio. ¿Cuándo empieza?"}),
    (7, "", {"name": "Crypto Desk", "email": "desk@coin-profit.example", "language": "en",
             "message": "Earn passive profit with bitcoin and forex. Investors click https://coin-profit.example"}),
    (9, "", {"name": "Joan Vidal", "email": "joan.vidal@temp-mail.org", "language": "ca", "programme": "catalan-c1",
             "message": "Quins requisits hi ha per apuntar-s’hi? El meu fill també hi està interessat."}),
    (20, "", {"name": "Préstamos Ya", "email": "ya@prestamos-ya.example", "language": "es",
              "message": "Préstamos sin aval, ganar dinero fácil. Visitas garantizadas: https://prestamos-ya.example"}),
    (22, "", {"name": "", "phone": "612 000 771", "language": "es", "website": "http://bot.example",
              "message": "Buenos días, ¿hay becas?"}),
    (26, "spam", {"name": "Casino Bonus", "email": "bonus@casino-win.example", "language": "en",
                  "message": "WINNER! Casino prize and poker bonus: https://casino-win.example"}),
    (30, "spam", {"name": "Guest Posting", "email": "outreach@guest-links.example", "language": "en",
                  "message": "Guest posting with backlinks for your domain ranking, cheap. https://guest-links.example"}),
    (34, "real", {"name": "Laura Pons", "email": "laura.pons@getnada.com", "language": "ca",
                  "programme": "data-analysis", "message": "M’interessa el curs. Es pot fer els caps de setmana?"}),
    (40, "spam", {"name": "Followers", "email": "hi@more-followers.example", "language": "en",
                  "message": "Cheap followers and subscribers, discount today: https://more-followers.example"}),
    (50, "real", {"name": "Peter Hall", "email": "peter.hall@guerrillamail.com", "language": "en",
                  "programme": "project-management", "message": "When does the course start, and is there a grant?"}),
)  # fmt: skip
LEADS = (
    ("fira-1", {"full_name": "Berta Camps", "email": "berta.camps@synthetic.example", "curs": "ux-design",
                "comments": "Ens hem vist a la fira. Quan comença?", "newsletter": "yes"}),
    ("fira-2", {"full_name": "Óscar Rey", "phone": "+34 622 000 118", "curs": "data-analysis",
                "comments": "¿Se puede pagar a plazos?"}),
    ("fira-3", {"full_name": "Sense contacte", "comments": "Hola"}),
)  # fmt: skip


def open_doors(*, at: datetime) -> None:
    """A fair's portal and Meta's forms bring leads; suspects wait, and a lead has decided about some of them."""
    marketing, lead = staff("marketing"), staff("lead")
    portal = LeadDoor.objects.create(
        name="Fira de l’Ensenyament",
        fields={"curs": "programme"},
        purposes={"newsletter": "commercial"},
        made_at=at - timedelta(days=20),
    )
    meta = LeadDoor.objects.create(
        name="Meta · campanya de tardor", kind=LeadDoor.Kind.META, made_at=at - timedelta(days=9)
    )
    for door in (portal, meta):
        doors.give_secret(door, by=marketing, at=door.made_at)
    for number, said in LEADS:
        doors.deliver(portal, {"id": number, "fields": said}, b"", at=at - timedelta(hours=28))
    answers = [
        {"name": "email", "values": ["nil.roca@synthetic.example"]},
        {"name": "full_name", "values": ["Nil Roca"]},
    ]
    value = {"leadgen_id": "90817", "form_id": "4411", "field_data": answers}
    told = {"entry": [{"changes": [{"field": "leadgen", "value": value}]}]}
    doors.deliver(meta, told, b"", at=at - timedelta(hours=6))
    for hours, decision, written in SUSPECTS:
        sent_at = at - timedelta(hours=hours)
        sent = posting.post(None, written, at=sent_at, language=written["language"]).submission
        if sent.outcome != Submission.Outcome.SUSPECT:
            raise ValueError(f"{written['name']} was meant to be doubted")
        if decision == "real":
            deciding.find_real(sent, by=lead, at=sent_at + timedelta(hours=2))
        elif decision == "spam":
            deciding.call_spam(sent, by=lead, at=sent_at + timedelta(hours=2))
