from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0002_passwords_set_by_code'),
    ]

    operations = [
        migrations.AddField(
            model_name='user',
            name='vouched_until',
            field=models.DateTimeField(blank=True, null=True, verbose_name='number vouched for until'),
        ),
    ]
