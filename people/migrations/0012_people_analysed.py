"""The planner learns which words of names are frequent: an index on an expression has figures only after this."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("people", "0011_search_by_words")]
    operations = [migrations.RunSQL("ANALYZE people_person", migrations.RunSQL.noop)]
