from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [("vault", "0003_seal_former_parts_anew")]

    operations = [
        migrations.AddConstraint(
            model_name='sealedpart',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('content__gt', b''), ('erased_at__isnull', True), ('public__gt', b'')), models.Q(('content', b''), ('erased_at__isnull', False), ('public', b'')), _connector='OR'), name='vault_erased_means_empty'),
        ),
    ]
