"""Form of address and e-mail lie under the installation's keys: a copy of the database shows no name."""

from django.db import migrations

from zhijia.core.sealed_fields import KeptTextField
from zhijia.core.sealing import seal

COLUMNS = ("name", "email")


def keep(apps, schema_editor):
    rows = apps.get_model("accounts", "User").objects
    for row in rows.iterator():
        sealed = {
            f"{column}_kept": seal(text.encode(), purpose="kept", place=f"accounts.user|{column}")
            for column in COLUMNS
            if (text := getattr(row, column))
        }
        if sealed:
            rows.filter(pk=row.pk).update(**sealed)


class Migration(migrations.Migration):

    dependencies = [("accounts", "0003_numbers_vouched_for")]

    operations = [
        migrations.AddField("user", "name_kept", KeptTextField(blank=True, max_length=60, verbose_name="form of address")),
        migrations.AddField("user", "email_kept", KeptTextField(blank=True, verbose_name="e-mail for notices")),
        migrations.RunPython(keep, migrations.RunPython.noop),
        migrations.RemoveField("user", "name"),
        migrations.RemoveField("user", "email"),
        migrations.RenameField("user", "name_kept", "name"),
        migrations.RenameField("user", "email_kept", "email"),
    ]
