import django.db.models.deletion
import zhijia.core.sealed_fields
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '__first__'),
        ('unions', '0004_organiser'),
    ]

    operations = [
        migrations.CreateModel(
            name='Term',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('tenant', models.PositiveSmallIntegerField(verbose_name='tenant')),
                ('number', models.PositiveSmallIntegerField(verbose_name='number of the term')),
                ('years', models.PositiveSmallIntegerField(verbose_name='years')),
                ('from_on', models.DateField(verbose_name='first day')),
                ('until_on', models.DateField(verbose_name='last day')),
                ('ended_on', models.DateField(blank=True, null=True, verbose_name='ended on')),
                ('body', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='terms', to='unions.unionbody')),
            ],
            options={
                'verbose_name': 'term',
                'verbose_name_plural': 'terms',
                'indexes': [models.Index(condition=models.Q(('ended_on', None)), fields=['tenant', 'until_on'], name='open_terms_by_last_day')],
                'constraints': [models.UniqueConstraint(fields=('tenant', 'body', 'number'), name='term_number_once'), models.UniqueConstraint(condition=models.Q(('ended_on', None)), fields=('tenant', 'body'), name='one_open_term_of_a_body'), models.CheckConstraint(condition=models.Q(('years__in', (3, 5))), name='term_of_three_or_five_years'), models.CheckConstraint(condition=models.Q(('number__gte', 1)), name='term_number_counts_from_one'), models.CheckConstraint(condition=models.Q(('until_on__gt', models.F('from_on'))), name='term_dates_in_order'), models.CheckConstraint(condition=models.Q(('ended_on', None), ('ended_on__gte', models.F('from_on')), _connector='OR'), name='term_ended_after_it_began')],
            },
        ),
        migrations.CreateModel(
            name='Committee',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('tenant', models.PositiveSmallIntegerField(verbose_name='tenant')),
                ('kind', models.CharField(choices=[('full', 'Union committee'), ('standing', 'Standing committee'), ('women', "Women workers' committee"), ('audit', 'Audit committee')], max_length=10, verbose_name='committee')),
                ('system', models.CharField(choices=[('elected', 'Elected by the members'), ('joint', 'Joint system: the units send delegates')], default='elected', max_length=10, verbose_name='how it is made up')),
                ('places', models.PositiveSmallIntegerField(verbose_name='seats')),
                ('term', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='committees', to='unions.term')),
            ],
            options={
                'verbose_name': 'committee',
                'verbose_name_plural': 'committees',
                'constraints': [models.UniqueConstraint(fields=('tenant', 'term', 'kind'), name='one_committee_of_a_kind'), models.CheckConstraint(condition=models.Q(('kind__in', ['full', 'standing', 'women', 'audit'])), name='committee_kind_known'), models.CheckConstraint(condition=models.Q(('system__in', ['elected', 'joint'])), name='committee_system_known'), models.CheckConstraint(condition=models.Q(('places__gte', 1)), name='committee_has_a_seat')],
            },
        ),
        migrations.CreateModel(
            name='Headcount',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('tenant', models.PositiveSmallIntegerField(verbose_name='tenant')),
                ('reported_on', models.DateField(verbose_name='reported on')),
                ('workers', models.PositiveIntegerField(verbose_name='workers')),
                ('members', models.PositiveIntegerField(verbose_name='members')),
                ('women', models.PositiveIntegerField(default=0, verbose_name='women among the members')),
                ('migrants', models.PositiveIntegerField(default=0, verbose_name='migrant workers among the members')),
                ('new_form', models.PositiveIntegerField(default=0, verbose_name='platform workers among the members')),
                ('body', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='headcounts', to='unions.unionbody')),
            ],
            options={
                'verbose_name': 'reported figures',
                'verbose_name_plural': 'reported figures',
                'constraints': [models.UniqueConstraint(fields=('tenant', 'body', 'reported_on'), name='one_report_of_a_body_a_day'), models.CheckConstraint(condition=models.Q(('migrants__lte', models.F('members')), ('new_form__lte', models.F('members')), ('women__lte', models.F('members'))), name='parts_of_the_members_are_not_more')],
            },
        ),
        migrations.CreateModel(
            name='LegalPerson',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('tenant', models.PositiveSmallIntegerField(verbose_name='tenant')),
                ('credit_code', models.CharField(max_length=18, verbose_name='unified social credit code')),
                ('representative', zhijia.core.sealed_fields.KeptTextField(default=b'', editable=True, verbose_name='legal representative')),
                ('certified_on', models.DateField(verbose_name='certificate of')),
                ('valid_until_on', models.DateField(blank=True, null=True, verbose_name='certificate valid until')),
                ('ended_on', models.DateField(blank=True, null=True, verbose_name='ended on')),
                ('body', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='legal_persons', to='unions.unionbody')),
                ('registrar', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='unions.unionbody', verbose_name='registrar')),
            ],
            options={
                'verbose_name': 'legal person of a union',
                'verbose_name_plural': 'legal persons of unions',
                'constraints': [models.UniqueConstraint(condition=models.Q(('ended_on', None)), fields=('tenant', 'body'), name='one_registration_of_a_body'), models.UniqueConstraint(condition=models.Q(('ended_on', None)), fields=('tenant', 'credit_code'), name='union_code_once'), models.CheckConstraint(condition=models.Q(('credit_code__startswith', '8')), name='code_of_a_union_begins_with_8'), models.CheckConstraint(condition=models.Q(('valid_until_on', None), ('valid_until_on__gt', models.F('certified_on')), _connector='OR'), name='certificate_dates_in_order'), models.CheckConstraint(condition=models.Q(('ended_on', None), ('ended_on__gte', models.F('certified_on')), _connector='OR'), name='registration_ended_after_it_began')],
            },
        ),
        migrations.CreateModel(
            name='Seat',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('tenant', models.PositiveSmallIntegerField(verbose_name='tenant')),
                ('name', zhijia.core.sealed_fields.KeptTextField(default=b'', editable=True, verbose_name='name')),
                ('position', models.CharField(choices=[('chair', 'Chair'), ('vice_chair', 'Vice chair'), ('member', 'Member of the committee'), ('delegate', 'Delegate of a unit')], default='member', max_length=10, verbose_name='position')),
                ('is_full_time', models.BooleanField(default=False, verbose_name='full-time')),
                ('sex', models.CharField(choices=[('unknown', 'Not stated'), ('female', 'Female'), ('male', 'Male')], default='unknown', max_length=7, verbose_name='sex')),
                ('represents', models.CharField(blank=True, default='', max_length=120, verbose_name='sent by')),
                ('is_kin_of_head', models.BooleanField(default=False, verbose_name='close relative of the head of the enterprise')),
                ('contract_until_on', models.DateField(blank=True, null=True, verbose_name='last day of the labour contract')),
                ('from_on', models.DateField(verbose_name='first day')),
                ('ended_on', models.DateField(blank=True, null=True, verbose_name='left on')),
                ('account', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='seats', to=settings.AUTH_USER_MODEL)),
                ('committee', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='seats', to='unions.committee')),
            ],
            options={
                'verbose_name': 'seat',
                'verbose_name_plural': 'seats',
                'indexes': [models.Index(fields=['tenant', 'committee', 'ended_on'], name='seats_of_a_committee')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('ended_on', None), ('position', 'chair')), fields=('tenant', 'committee'), name='one_chair_of_a_committee'), models.UniqueConstraint(condition=models.Q(('account__isnull', False), ('ended_on', None)), fields=('tenant', 'committee', 'account'), name='one_seat_of_a_person'), models.CheckConstraint(condition=models.Q(('position__in', ['chair', 'vice_chair', 'member', 'delegate'])), name='seat_position_known'), models.CheckConstraint(condition=models.Q(('sex__in', ['unknown', 'female', 'male'])), name='seat_sex_known'), models.CheckConstraint(condition=models.Q(models.Q(('position', 'delegate'), _negated=True), models.Q(('represents', ''), _negated=True), _connector='OR'), name='delegate_is_sent_by_a_unit'), models.CheckConstraint(condition=models.Q(('ended_on', None), ('ended_on__gte', models.F('from_on')), _connector='OR'), name='seat_left_after_it_was_taken')],
            },
        ),
    ]
