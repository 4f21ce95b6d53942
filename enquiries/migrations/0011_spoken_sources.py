from django.db import migrations

# The answers that the call form offers, so that what advisers note has a name in every report.
SOURCES = [
    ("search", "search", "Ho va buscar a internet", "Lo buscó en internet", "Searched on the internet"),
    ("website", "web", "El nostre web", "Nuestra web", "Our website"),
    ("social", "social", "Xarxes socials", "Redes sociales", "Social media"),
    ("friend", "other", "Algú li ho va dir", "Alguien se lo dijo", "Somebody told them"),
    ("fair", "fair", "Una fira", "Una feria", "A fair"),
    ("press", "press", "Premsa, ràdio o cartell", "Prensa, radio o cartel", "Press, radio or poster"),
    ("letter", "mail", "Una carta o un missatge nostre", "Una carta o un mensaje nuestro", "A letter or message of ours"),
    ("known", "other", "Ja ens coneixia", "Ya nos conocía", "Knew us already"),
    ("other", "other", "Una altra cosa", "Otra cosa", "Something else"),
]


def offer(apps, schema_editor):
    spoken = apps.get_model("enquiries", "SpokenSource")
    for position, (code, medium, ca, es, en) in enumerate(SOURCES, start=1):
        facts = {"medium": medium, "name_ca": ca, "name_es": es, "name_en": en, "position": position}
        spoken.objects.get_or_create(code=code, defaults=facts)


def take_back(apps, schema_editor):
    spoken = apps.get_model("enquiries", "SpokenSource")
    spoken.objects.filter(code__in=[code for code, *_words in SOURCES]).delete()


class Migration(migrations.Migration):
    dependencies = [("enquiries", "0010_origin_reading")]

    operations = [migrations.RunPython(offer, take_back)]
