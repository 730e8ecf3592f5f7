import django.db.models.deletion
import uuid
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '__first__'),
        ('unions', '0002_custodian_of_names'),
        ('vault', '0001_vault'),
    ]

    operations = [
        migrations.CreateModel(
            name='IdentityRequest',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('tenant', models.PositiveSmallIntegerField(verbose_name='tenant')),
                ('public_id', models.UUIDField(default=uuid.uuid4, editable=False)),
                ('owner', models.CharField(max_length=120)),
                ('part', models.CharField(max_length=40)),
                ('asked_at', models.DateTimeField()),
                ('reason', models.BinaryField()),
                ('state', models.CharField(choices=[('asked', 'Waiting for a second person'), ('approved', 'Approved'), ('refused', 'Refused'), ('expired', 'Run out'), ('withdrawn', 'Taken back')], default='asked', max_length=10)),
                ('decided_at', models.DateTimeField(null=True)),
                ('answer', models.BinaryField()),
                ('expires_at', models.DateTimeField()),
            ],
            options={
                'indexes': [models.Index(fields=['tenant', 'owner'], name='vault_requests_about'), models.Index(fields=['state', 'expires_at'], name='vault_requests_due')],
                'constraints': [models.UniqueConstraint(fields=('public_id',), name='vault_request_public_id'), models.CheckConstraint(condition=models.Q(('state__in', ['asked', 'approved', 'refused', 'expired', 'withdrawn'])), name='vault_request_state'), models.CheckConstraint(condition=models.Q(('expires_at__gt', models.F('asked_at'))), name='vault_request_ends')],
            },
        ),
        migrations.CreateModel(
            name='KeyGrant',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('to', models.CharField(max_length=60)),
                ('box', models.BinaryField()),
                ('granted_at', models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name='KeyPair',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('holder', models.CharField(max_length=40)),
                ('number', models.PositiveSmallIntegerField()),
                ('public', models.BinaryField()),
                ('made_at', models.DateTimeField()),
                ('retired_at', models.DateTimeField(null=True)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('holder', 'number'), name='vault_key_number_once'), models.UniqueConstraint(condition=models.Q(('retired_at', None)), fields=('holder',), name='vault_one_key_in_use'), models.CheckConstraint(condition=models.Q(models.Q(('holder', ''), _negated=True), ('number__gte', 1)), name='vault_key_named')],
            },
        ),
        migrations.CreateModel(
            name='PartKey',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('tenant', models.PositiveSmallIntegerField(verbose_name='tenant')),
                ('to', models.CharField(max_length=60)),
                ('box', models.BinaryField()),
                ('until', models.DateTimeField(null=True)),
                ('granted_at', models.DateTimeField()),
            ],
            options={
                'indexes': [models.Index(fields=['to', 'tenant'], name='vault_part_keys_to'), models.Index(condition=models.Q(('until', None), _negated=True), fields=['until'], name='vault_part_keys_lent')],
            },
        ),
        migrations.RemoveConstraint(
            model_name='sealedpart',
            name='vault_erased_means_empty',
        ),
        migrations.AddField(
            model_name='sealedpart',
            name='body',
            field=models.PositiveBigIntegerField(null=True),
        ),
        migrations.AddField(
            model_name='sealedpart',
            name='group',
            field=models.CharField(blank=True, choices=[('desk', 'those who work on matters'), ('custody', 'those who decide who may learn a name')], max_length=8),
        ),
        migrations.AddField(
            model_name='sealedpart',
            name='public',
            field=models.BinaryField(default=b''),
            preserve_default=False,
        ),
        migrations.AddIndex(
            model_name='sealedpart',
            index=models.Index(fields=['tenant', 'body'], name='vault_parts_of_body'),
        ),
        migrations.AddConstraint(
            model_name='sealedpart',
            constraint=models.CheckConstraint(condition=models.Q(('group', ''), ('body__isnull', False), _connector='OR'), name='vault_group_of_body'),
        ),
        migrations.AddField(
            model_name='identityrequest',
            name='asked_by',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='identityrequest',
            name='body',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='unions.unionbody'),
        ),
        migrations.AddField(
            model_name='identityrequest',
            name='decided_by',
            field=models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='keygrant',
            name='pair',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='grants', to='vault.keypair'),
        ),
        migrations.AddField(
            model_name='keygrant',
            name='to_pair',
            field=models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='vault.keypair'),
        ),
        migrations.AddField(
            model_name='partkey',
            name='part',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='keys', to='vault.sealedpart'),
        ),
        migrations.AddField(
            model_name='partkey',
            name='to_pair',
            field=models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='vault.keypair'),
        ),
        migrations.AddConstraint(
            model_name='identityrequest',
            constraint=models.UniqueConstraint(condition=models.Q(('state__in', ['asked', 'approved'])), fields=('tenant', 'owner', 'part', 'asked_by'), name='vault_one_live_request_each'),
        ),
        migrations.AddConstraint(
            model_name='identityrequest',
            constraint=models.CheckConstraint(condition=models.Q(('decided_by', None), models.Q(('decided_by', models.F('asked_by')), _negated=True), _connector='OR'), name='vault_never_by_oneself'),
        ),
        migrations.AddConstraint(
            model_name='identityrequest',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('decided_by__isnull', False), ('state__in', ['approved', 'refused'])), models.Q(('decided_by', None), ('state', 'asked')), ('state__in', ['expired', 'withdrawn']), _connector='OR'), name='vault_decided_by_somebody'),
        ),
        migrations.AddIndex(
            model_name='keygrant',
            index=models.Index(fields=['to_pair'], name='vault_grants_to'),
        ),
        migrations.AddConstraint(
            model_name='keygrant',
            constraint=models.UniqueConstraint(fields=('pair', 'to'), name='vault_one_grant_to_each'),
        ),
        migrations.AddConstraint(
            model_name='keygrant',
            constraint=models.CheckConstraint(condition=models.Q(('to_pair', None), models.Q(('to_pair', models.F('pair')), _negated=True), _connector='OR'), name='vault_not_granted_to_itself'),
        ),
        migrations.AddIndex(
            model_name='partkey',
            index=models.Index(fields=['to_pair'], name='vault_part_keys_under'),
        ),
        migrations.AddConstraint(
            model_name='partkey',
            constraint=models.UniqueConstraint(fields=('tenant', 'part', 'to'), name='vault_one_part_key_to_each'),
        ),
    ]
