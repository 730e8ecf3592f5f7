"""Names of files lie under the installation's keys: people write names into them."""

from django.db import migrations, models

from zhijia.core.sealed_fields import KeptTextField
from zhijia.core.sealing import seal


def keep(apps, schema_editor):
    rows = apps.get_model("attachments", "Attachment").objects
    for row in rows.iterator():
        sealed = seal(row.name.encode(), purpose="kept", place="attachments.attachment|name")
        rows.filter(pk=row.pk).update(name_kept=sealed)


class Migration(migrations.Migration):

    dependencies = [("attachments", "0002_states_copies_and_keys")]

    operations = [
        migrations.AddField("attachment", "name_kept", KeptTextField()),
        migrations.RunPython(keep, migrations.RunPython.noop),
        migrations.RemoveConstraint("attachment", "attachment_named"),
        migrations.RemoveField("attachment", "name"),
        migrations.RenameField("attachment", "name_kept", "name"),
        migrations.AddConstraint(
            "attachment",
            models.CheckConstraint(
                condition=~models.Q(owner="") & ~models.Q(name=""), name="attachment_named"
            ),
        ),
    ]
