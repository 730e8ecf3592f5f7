from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0001_accounts'),
    ]

    operations = [
        migrations.AddField(
            model_name='user',
            name='password_from_code',
            field=models.BooleanField(default=False, verbose_name='password set with a one-time code only'),
        ),
    ]
