import django.db.models.deletion
import uuid
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('accounts', '__first__'),
        ('unions', '0003_ties_of_relatives'),
    ]

    operations = [
        migrations.CreateModel(
            name='ConsentText',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(max_length=40)),
                ('version', models.PositiveSmallIntegerField()),
                ('language', models.CharField(max_length=10)),
                ('text', models.TextField()),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('kind', 'version', 'language'), name='consent_text_once')],
            },
        ),
        migrations.CreateModel(
            name='Consent',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('tenant', models.PositiveSmallIntegerField(verbose_name='tenant')),
                ('kind', models.CharField(max_length=40)),
                ('owner', models.CharField(blank=True, max_length=120)),
                ('given_at', models.DateTimeField()),
                ('withdrawn_at', models.DateTimeField(null=True)),
                ('person', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('shown', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='privacy.consenttext')),
            ],
            options={
                'indexes': [models.Index(fields=['tenant', 'owner'], name='consents_of_a_matter')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('withdrawn_at', None), ('person__isnull', False)), fields=('tenant', 'person', 'kind', 'owner'), name='consent_given_once'), models.UniqueConstraint(condition=models.Q(('person', None), ('withdrawn_at', None)), fields=('tenant', 'kind', 'owner'), name='consent_given_once_by_receipt'), models.CheckConstraint(condition=models.Q(('withdrawn_at', None), ('withdrawn_at__gte', models.F('given_at')), _connector='OR'), name='consent_dates_in_order'), models.CheckConstraint(condition=models.Q(('person__isnull', False), models.Q(('owner', ''), _negated=True), _connector='OR'), name='consent_is_somebodys')],
            },
        ),
        migrations.CreateModel(
            name='Erasure',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('tenant', models.PositiveSmallIntegerField(verbose_name='tenant')),
                ('reference', models.CharField(max_length=120)),
                ('mark', models.CharField(blank=True, max_length=40)),
                ('request', models.CharField(blank=True, max_length=40)),
                ('counts', models.JSONField(default=dict)),
                ('erased_at', models.DateTimeField()),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('tenant', 'reference', 'mark'), name='erased_once')],
            },
        ),
        migrations.CreateModel(
            name='LegalHold',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('tenant', models.PositiveSmallIntegerField(verbose_name='tenant')),
                ('about_kind', models.CharField(max_length=20)),
                ('about_id', models.UUIDField(null=True)),
                ('article', models.CharField(max_length=120, verbose_name='law and article')),
                ('reason', models.BinaryField()),
                ('placed_at', models.DateTimeField()),
                ('confirmed_at', models.DateTimeField(null=True)),
                ('until_on', models.DateField(verbose_name='last day')),
                ('ended_at', models.DateTimeField(null=True)),
                ('frozen_at', models.DateTimeField(null=True)),
                ('body', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='unions.unionbody')),
                ('confirmed_by', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('ended_by', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('person', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('placed_by', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'indexes': [models.Index(fields=['tenant', 'about_id'], name='holds_of_a_matter'), models.Index(fields=['tenant', 'person'], name='holds_of_an_account'), models.Index(fields=['tenant', 'until_on'], name='holds_by_end')],
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('confirmed_at__isnull', True), ('confirmed_by', None)), models.Q(('confirmed_at__isnull', False), ('confirmed_by__isnull', False)), _connector='OR'), name='hold_confirmed_whole'), models.CheckConstraint(condition=models.Q(('ended_by', None), ('ended_at__isnull', False), _connector='OR'), name='hold_ended_whole'), models.CheckConstraint(condition=models.Q(('confirmed_by', None), models.Q(('confirmed_by', models.F('placed_by')), _negated=True), _connector='OR'), name='hold_by_two_people'), models.CheckConstraint(condition=models.Q(('article', ''), _negated=True), name='hold_names_its_law')],
            },
        ),
        migrations.CreateModel(
            name='RightsRequest',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('tenant', models.PositiveSmallIntegerField(verbose_name='tenant')),
                ('public_id', models.UUIDField(default=uuid.uuid4, editable=False)),
                ('kind', models.CharField(choices=[('erase_account', 'Erase my account and everything with it'), ('erase_matter', 'Erase one of my matters'), ('correct', 'Put something right that I cannot change myself'), ('explain', 'Explain to me how my data are used')], max_length=20)),
                ('about_kind', models.CharField(max_length=20)),
                ('about_id', models.UUIDField(null=True)),
                ('text', models.BinaryField()),
                ('state', models.CharField(choices=[('asked', 'Waits for a decision'), ('granted', 'Will be erased'), ('frozen', 'Frozen'), ('refused', 'Refused'), ('done', 'Done'), ('withdrawn', 'Taken back')], max_length=10)),
                ('asked_at', models.DateTimeField()),
                ('due_at', models.DateTimeField()),
                ('decided_at', models.DateTimeField(null=True)),
                ('answer', models.BinaryField(default=b'')),
                ('carry_out_at', models.DateTimeField(null=True)),
                ('erase_until', models.DateTimeField(null=True)),
                ('done_at', models.DateTimeField(null=True)),
                ('body', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='unions.unionbody')),
                ('decided_by', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('person', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'indexes': [models.Index(fields=['tenant', 'body', 'state', 'due_at'], name='rights_requests_desk'), models.Index(fields=['tenant', 'state', 'carry_out_at'], name='rights_requests_to_do'), models.Index(fields=['tenant', 'person', '-asked_at'], name='rights_requests_own')],
                'constraints': [models.UniqueConstraint(fields=('tenant', 'public_id'), name='rights_request_public_id'), models.UniqueConstraint(condition=models.Q(('about_id__isnull', False), ('state__in', ['asked', 'granted', 'frozen'])), fields=('tenant', 'person', 'kind', 'about_id'), name='one_open_request_a_matter'), models.UniqueConstraint(condition=models.Q(('about_id', None), ('state__in', ['asked', 'granted', 'frozen'])), fields=('tenant', 'person', 'kind'), name='one_open_request_an_account'), models.CheckConstraint(condition=models.Q(('state__in', ['asked', 'granted', 'frozen', 'refused', 'done', 'withdrawn'])), name='rights_request_state_known'), models.CheckConstraint(condition=models.Q(('decided_by', None), ('decided_at__isnull', False), _connector='OR'), name='rights_decided_whole'), models.CheckConstraint(condition=models.Q(models.Q(('state', 'refused'), _negated=True), ('decided_by__isnull', False), _connector='OR'), name='rights_refused_by_a_person'), models.CheckConstraint(condition=models.Q(('decided_by', None), models.Q(('decided_by', models.F('person')), _negated=True), _connector='OR'), name='rights_never_by_oneself')],
            },
        ),
        migrations.CreateModel(
            name='Sharing',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('tenant', models.PositiveSmallIntegerField(verbose_name='tenant')),
                ('about_kind', models.CharField(max_length=20)),
                ('about_id', models.UUIDField(null=True)),
                ('recipient', models.CharField(max_length=120, verbose_name='who receives it')),
                ('contact', models.CharField(max_length=120, verbose_name='how to reach them')),
                ('purpose', models.CharField(max_length=200, verbose_name='what for')),
                ('kinds', models.CharField(max_length=200, verbose_name='which data')),
                ('basis', models.CharField(choices=[('consent', 'the person agreed to exactly this'), ('duty', 'a law demands it')], max_length=10)),
                ('article', models.CharField(blank=True, max_length=120)),
                ('shared_at', models.DateTimeField()),
                ('body', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='unions.unionbody')),
                ('consent', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='privacy.consent')),
                ('person', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('shared_by', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'indexes': [models.Index(fields=['tenant', 'person', 'shared_at'], name='sharings_of_a_person'), models.Index(fields=['tenant', 'about_id'], name='sharings_of_a_matter'), models.Index(fields=['tenant', 'shared_at'], name='sharings_by_age')],
                'constraints': [models.CheckConstraint(condition=models.Q(('basis__in', ['consent', 'duty'])), name='sharing_basis_known'), models.CheckConstraint(condition=models.Q(models.Q(('basis', 'consent'), ('consent__isnull', False)), models.Q(('basis', 'duty'), models.Q(('article', ''), _negated=True)), _connector='OR'), name='sharing_has_its_basis')],
            },
        ),
    ]
