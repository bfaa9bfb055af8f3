# The cache's table is Django's own; no model stands for it.

from django.core.management import call_command
from django.db import migrations


def create_cache_table(apps, schema_editor):
    call_command("createcachetable", "cache", database=schema_editor.connection.alias, verbosity=0)


class Migration(migrations.Migration):
    dependencies = [("b24app", "0002_lifecycle")]
    operations = [migrations.RunPython(create_cache_table, migrations.RunPython.noop)]
