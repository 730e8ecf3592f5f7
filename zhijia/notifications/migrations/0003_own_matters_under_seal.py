"""Seal the facts and the page of messages about the recipient's own matter."""

from django.db import migrations, models

from zhijia.core.sealing import seal_json


def seal_them(apps, schema_editor):
    rows = apps.get_model("notifications", "Notification").objects.filter(url__startswith="/appeals/")
    for row in rows.exclude(url__startswith="/appeals/work/").iterator(chunk_size=1000):
        place = f"notification|{row.public_id}"
        row.sealed = seal_json({"data": row.data, "url": row.url}, purpose="notification", place=place)
        row.data, row.url = {}, ""
        row.save(update_fields=["data", "url", "sealed"])


class Migration(migrations.Migration):
    dependencies = [("notifications", "0002_public_names_of_messages")]

    operations = [
        migrations.AddField(
            "notification",
            "sealed",
            models.BinaryField(blank=True, default=b"", verbose_name="facts and page, sealed"),
        ),
        migrations.RunPython(seal_them, migrations.RunPython.noop),
    ]
