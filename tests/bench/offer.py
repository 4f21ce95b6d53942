"""A catalogue of thousands: programmes with sheets in three languages, starts and prices, unevenly spread."""

import random
from datetime import date, datetime, timedelta

from programmes import site, tree
from programmes.models import LANGUAGES, Field, Intake, Level, Modality, Programme, ProgrammePage

FIELDS = {
    "tech": ("Tecnologia", "Tecnología", "Technology"),
    "health": ("Salut", "Salud", "Health"),
    "languages": ("Llengües", "Idiomas", "Languages"),
    "business": ("Empresa", "Empresa", "Business"),
    "education": ("Educació", "Educación", "Education"),
    "gastronomy": ("Gastronomia", "Gastronomía", "Gastronomy"),
    "arts": ("Arts", "Artes", "Arts"),
    "law": ("Dret", "Derecho", "Law"),
    "sciences": ("Ciències", "Ciencias", "Sciences"),
    "sports": ("Esports", "Deportes", "Sports"),
    "tourism": ("Turisme", "Turismo", "Tourism"),
    "environment": ("Medi ambient", "Medio ambiente", "Environment"),
}
SUBJECTS = {
    "ca": "anàlisi de dades|infermeria comunitària|gestió de projectes|correcció de textos|pastisseria|dret laboral|"
    "disseny d’experiència|geriatria|màrqueting digital|ensenyament de llengües|energies renovables|fotografia|"
    "nutrició esportiva|guies de turisme|programació web|mediació familiar|comptabilitat|logopèdia|jardineria|acústica",
    "es": "análisis de datos|enfermería comunitaria|gestión de proyectos|corrección de textos|pastelería|"
    "derecho laboral|diseño de experiencia|geriatría|marketing digital|enseñanza de idiomas|energías renovables|"
    "fotografía|nutrición deportiva|guías de turismo|programación web|mediación familiar|contabilidad|logopedia|"
    "jardinería|acústica",
    "en": "data analysis|community nursing|project management|copy editing|pastry making|labour law|experience design|"
    "geriatric care|digital marketing|language teaching|renewable energy|photography|sports nutrition|tour guiding|"
    "web programming|family mediation|accounting|speech therapy|gardening|acoustics",
}
KINDS = {
    "ca": "Introducció a|Curs de|Especialització en|Postgrau en|Màster en|Taller de",
    "es": "Introducción a|Curso de|Especialización en|Posgrado en|Máster en|Taller de",
    "en": "Introduction to|Course in|Specialisation in|Postgraduate in|Master’s in|Workshop on",
}
LEVELS = [Level.COURSE, Level.COURSE, Level.SPECIALISATION, Level.POSTGRADUATE, Level.MASTER, Level.OTHER]
FOR_WHOM = {
    "ca": "per a principiants|per a professionals|per a equips|a distància|intensiu|per a l’empresa|avançat|de nit",
    "es": "para principiantes|para profesionales|para equipos|a distancia|intensivo|para la empresa|avanzado|de noche",
    "en": "for beginners|for professionals|for teams|from home|in a fortnight|for companies|in depth|in the evening",
}
TEXT = {
    "ca": "Aprendràs a treballar amb casos reals, amb una tutora que t’acompanya i un grup que comparteix la feina. ",
    "es": "Aprenderás a trabajar con casos reales, con una tutora que te acompaña y un grupo que comparte la tarea. ",
    "en": "You will learn to work on real cases, with a tutor beside you and a group that shares the work. ",
}
SYLLABLES = [
    "ba", "be", "bi", "bo", "da", "de", "di", "do", "la", "le", "li", "lo", "ma", "me", "mi", "mo", "na", "ne", "ni",
    "no", "ra", "re", "ri", "ro", "ta", "te", "ti", "to",
]  # fmt: skip


def make(*, programmes: int, at: datetime) -> int:
    """Add what is missing to ``programmes``; return how many were added. Always the same ones."""
    site.build_tree(at=at)
    there = Programme.objects.filter(code__startswith="bench-").count()
    if there >= programmes:
        return 0
    fields = [
        Field.objects.get_or_create(slug=slug, defaults={"name_ca": ca, "name_es": es, "name_en": en})[0]
        for slug, (ca, es, en) in FIELDS.items()
    ]
    for start in range(there, programmes, 500):
        _add(range(start, min(start + 500, programmes)), fields, at=at)
    tree.refresh_statistics()
    return programmes - there


def _add(numbers: range, fields: list[Field], *, at: datetime) -> None:
    own, today = site.own_collection(), at.date()
    draws = {number: random.Random(number) for number in numbers}
    made = {number: _programme(number, draw, fields, own) for number, draw in draws.items()}
    Programme.objects.bulk_create(made.values())
    intakes = [
        one for number, programme in made.items() for one in _intakes(programme, draws[number], today=today)
    ]  # fmt: skip
    Intake.objects.bulk_create(intakes)
    for place, language in enumerate(LANGUAGES):
        catalogue = site.catalogue_in(language)
        pages = [_page(number, programme, language, place) for number, programme in made.items()]
        for page in pages:
            page.locale = catalogue.locale
        tree.add_sheets(catalogue, pages, at=at)


def _programme(number: int, draw: random.Random, fields: list[Field], own) -> Programme:
    kind = number % len(LEVELS)
    taught_in = draw.choice(["ca", "ca", "ca, es", "es", "en", "ca, en", "fr", "de"])
    return Programme(
        code=f"bench-{number}",
        title=_title(number, "ca"),
        collection=own,
        field=fields[min(int(draw.expovariate(0.35)), len(fields) - 1)],
        level=LEVELS[kind],
        modality=draw.choice([*Modality.values, "online", "on_site"]),
        taught_in=taught_in,
        length_weeks=draw.choice([2, 4, 8, 12, 16, 24, 36]),
        weekly_hours=draw.choice([3, 4, 6, 10]),
    )


def _intakes(programme: Programme, draw: random.Random, *, today: date) -> list[Intake]:
    price = draw.choice([0, 9_000, 24_000, 48_000, 75_000, 120_000, 195_000, 320_000, 640_000, 1_150_000])
    starts = sorted(draw.randrange(20, 540) for _ in range(draw.choice([0, 1, 1, 2, 3])))
    has_early = price and draw.random() < 0.3
    return [
        Intake(
            programme=programme,
            code=f"start-{place}",
            starts_on=today + timedelta(days=days),
            ends_on=today + timedelta(days=days + 7 * programme.length_weeks),
            seats=24,
            price_minor=price,
            early_price_minor=price - price // 10 if has_early else None,
            early_until=today + timedelta(days=days - 15) if has_early else None,
        )
        for place, days in enumerate(starts)
    ]


def _page(number: int, programme: Programme, language: str, place: int) -> ProgrammePage:
    draw = random.Random(3 * number + place)
    rare = ["".join(draw.choice(SYLLABLES) for _ in range(4)) for _ in range(3)]
    return ProgrammePage(
        programme=programme,
        title=_title(number, language),
        slug=programme.code,
        promise=TEXT[language][:120].rpartition(" ")[0] + ".",
        description=f"<p>{TEXT[language] * 8}{' '.join(rare)}</p>",
        outcome=f"<p>{TEXT[language]}</p>",
    )


def _title(number: int, language: str) -> str:
    kinds, subjects, whom = (texts[language].split("|") for texts in (KINDS, SUBJECTS, FOR_WHOM))
    subject = subjects[(number // len(kinds)) % len(subjects)]
    return f"{kinds[number % len(kinds)]} {subject} {whom[(number // 120) % len(whom)]} {number // 960 + 1}"
