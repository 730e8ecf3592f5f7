import uuid

from django.db import migrations, models

BATCH = 1000


def name_them(apps, schema_editor):
    """Give each message its own name: the column's default was drawn once for all rows."""
    rows = apps.get_model("notifications", "Notification").objects.order_by("pk")
    last = 0
    while batch := list(rows.filter(pk__gt=last).only("pk")[:BATCH]):
        for row in batch:
            row.public_id = uuid.uuid4()
        rows.bulk_update(batch, ["public_id"])
        last = batch[-1].pk


class Migration(migrations.Migration):

    dependencies = [
        ("notifications", "0001_notifications"),
    ]

    operations = [
        migrations.AddField(
            model_name="notification",
            name="public_id",
            field=models.UUIDField(default=uuid.uuid4, editable=False),
        ),
        migrations.RunPython(name_them, migrations.RunPython.noop),
    ]
