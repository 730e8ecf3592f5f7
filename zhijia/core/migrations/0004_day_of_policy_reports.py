from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('core', '0003_policy_reports'),
    ]

    operations = [
        migrations.RemoveConstraint(model_name='policyreport', name='one_count_per_day_and_page'),
        migrations.RenameField(model_name='policyreport', old_name='on', new_name='counted_on'),
        migrations.AddConstraint(
            model_name='policyreport',
            constraint=models.UniqueConstraint(fields=('counted_on', 'directive', 'page'), name='one_count_per_day_and_page'),
        ),
    ]
