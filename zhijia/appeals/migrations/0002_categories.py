from django.db import migrations

from zhijia.appeals.categories import load_categories


def load(apps, schema_editor):
    load_categories(apps.get_model("appeals", "Category"))


class Migration(migrations.Migration):
    dependencies = [("appeals", "0001_appeals")]
    operations = [migrations.RunPython(load, migrations.RunPython.noop)]
