import django.db.models.deletion
import uuid
import zhijia.core.sealed_fields
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('accounts', '__first__'),
        ('unions', '0005_terms_committees_and_legal_persons'),
    ]

    operations = [
        migrations.CreateModel(
            name='Process',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('tenant', models.PositiveSmallIntegerField(verbose_name='tenant')),
                ('public_id', models.UUIDField(default=uuid.uuid4, editable=False)),
                ('kind', models.CharField(choices=[('founding', 'Founding a union'), ('term', 'Change of term'), ('by_election', 'Filling vacant seats'), ('registration', 'Registration as legal person'), ('merger', 'Merging'), ('dissolution', 'Dissolving')], max_length=12, verbose_name='kind')),
                ('state', models.CharField(choices=[('draft', 'Being prepared'), ('prep_applied', 'Applied for the preparation'), ('prep_approved', 'Preparation approved'), ('prep_rejected', 'Preparation not approved'), ('recruiting', 'Members are being won'), ('candidates_asked', 'Candidates put to the union above'), ('candidates_rejected', 'Candidates not approved'), ('election_prepared', 'Election prepared'), ('elected', 'Elected'), ('result_reported', 'Result reported'), ('result_rejected', 'Result not approved'), ('established', 'Union established'), ('renewed', 'In office'), ('applied', 'Applied'), ('rejected', 'Not approved'), ('registered', 'Registered'), ('voted', 'Assembly has agreed'), ('voted_down', 'Assembly has not agreed'), ('closed', 'Carried out'), ('under_review', 'Under review by the body above'), ('refused', 'Refused after review'), ('withdrawn', 'Withdrawn')], default='draft', max_length=20, verbose_name='state')),
                ('refused_from', models.CharField(blank=True, choices=[('draft', 'Being prepared'), ('prep_applied', 'Applied for the preparation'), ('prep_approved', 'Preparation approved'), ('prep_rejected', 'Preparation not approved'), ('recruiting', 'Members are being won'), ('candidates_asked', 'Candidates put to the union above'), ('candidates_rejected', 'Candidates not approved'), ('election_prepared', 'Election prepared'), ('elected', 'Elected'), ('result_reported', 'Result reported'), ('result_rejected', 'Result not approved'), ('established', 'Union established'), ('renewed', 'In office'), ('applied', 'Applied'), ('rejected', 'Not approved'), ('registered', 'Registered'), ('voted', 'Assembly has agreed'), ('voted_down', 'Assembly has not agreed'), ('closed', 'Carried out'), ('under_review', 'Under review by the body above'), ('refused', 'Refused after review'), ('withdrawn', 'Withdrawn')], default='', max_length=20)),
                ('opened_at', models.DateTimeField(verbose_name='begun at')),
                ('changed_at', models.DateTimeField(verbose_name='changed at')),
                ('applied_at', models.DateTimeField(null=True, verbose_name='sent at')),
                ('due_on', models.DateField(null=True, verbose_name='answer due on')),
                ('union_name', models.CharField(blank=True, default='', max_length=120, verbose_name='name of the union')),
                ('body_kind', models.CharField(choices=[('federation', 'Federation of a territory'), ('industrial', 'Industrial union'), ('grassroots', 'Union of one employer'), ('joint', 'Joint union of several small employers'), ('branch', 'Branch'), ('group', 'Union group'), ('office', 'Office sent by a federation')], default='grassroots', max_length=12, verbose_name='kind of union')),
                ('place', models.CharField(blank=True, default='', max_length=12, verbose_name='place')),
                ('workers', models.PositiveIntegerField(default=0, verbose_name='workers')),
                ('members', models.PositiveIntegerField(default=0, verbose_name='members')),
                ('women', models.PositiveIntegerField(default=0, verbose_name='women among the members')),
                ('years', models.PositiveSmallIntegerField(default=5, verbose_name='years of the term')),
                ('entitled', models.PositiveIntegerField(null=True, verbose_name='members entitled to vote')),
                ('yes', models.PositiveIntegerField(null=True, verbose_name='yes votes')),
                ('held_on', models.DateField(null=True, verbose_name='day of the vote')),
                ('representative', zhijia.core.sealed_fields.KeptTextField(default=b'', editable=True, verbose_name='legal representative')),
                ('materials', models.JSONField(default=list, verbose_name='papers that are there')),
                ('answering', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='unions.unionbody', verbose_name='who answers')),
                ('applicant', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='opened by')),
                ('body', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='unions.unionbody', verbose_name='union body')),
                ('employer', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='unions.employer', verbose_name='employer')),
                ('last_applicant', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('partner', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='unions.unionbody', verbose_name='where it goes')),
                ('refuser', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('upper', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='unions.unionbody', verbose_name='union above')),
            ],
            options={
                'verbose_name': 'process of a union body',
                'verbose_name_plural': 'processes of union bodies',
                'indexes': [models.Index(fields=['tenant', 'state', 'due_on'], name='processes_due'), models.Index(fields=['tenant', 'upper', 'state'], name='processes_of_the_union_above'), models.Index(fields=['tenant', 'applicant'], name='processes_of_a_person')],
                'constraints': [models.UniqueConstraint(fields=('tenant', 'public_id'), name='process_id_once'), models.UniqueConstraint(condition=models.Q(('body__isnull', False), models.Q(('state__in', ('closed', 'established', 'refused', 'registered', 'renewed', 'voted_down', 'withdrawn')), _negated=True)), fields=('tenant', 'body', 'kind'), name='one_process_of_a_kind'), models.CheckConstraint(condition=models.Q(('kind__in', ['founding', 'term', 'by_election', 'registration', 'merger', 'dissolution'])), name='process_kind_known'), models.CheckConstraint(condition=models.Q(('state__in', ['draft', 'prep_applied', 'prep_approved', 'prep_rejected', 'recruiting', 'candidates_asked', 'candidates_rejected', 'election_prepared', 'elected', 'result_reported', 'result_rejected', 'established', 'renewed', 'applied', 'rejected', 'registered', 'voted', 'voted_down', 'closed', 'under_review', 'refused', 'withdrawn'])), name='process_state_known'), models.CheckConstraint(condition=models.Q(('kind', 'founding'), ('body__isnull', False), _connector='OR'), name='process_is_about_a_body'), models.CheckConstraint(condition=models.Q(models.Q(('kind', 'founding'), _negated=True), models.Q(('state', 'established'), _negated=True), ('body__isnull', False), _connector='OR'), name='established_means_a_body'), models.CheckConstraint(condition=models.Q(('members__lte', models.F('workers'))), name='members_are_workers'), models.CheckConstraint(condition=models.Q(('women__lte', models.F('members'))), name='women_are_members'), models.CheckConstraint(condition=models.Q(('yes', None), ('yes__lte', models.F('entitled')), _connector='OR'), name='yes_votes_of_the_entitled'), models.CheckConstraint(condition=models.Q(models.Q(('kind__in', ('merger', 'dissolution')), ('state__in', ('voted', 'applied', 'closed')), _negated=True), ('yes__isnull', False), _connector='OR'), name='no_closing_without_a_vote'), models.CheckConstraint(condition=models.Q(('partner', None), models.Q(('partner', models.F('body')), _negated=True), _connector='OR'), name='nothing_merges_into_itself')],
            },
        ),
        migrations.CreateModel(
            name='Reminder',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('tenant', models.PositiveSmallIntegerField(verbose_name='tenant')),
                ('what', models.CharField(max_length=24)),
                ('sent_at', models.DateTimeField()),
                ('term', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='unions.term')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('tenant', 'term', 'what'), name='one_reminder_of_a_kind')],
            },
        ),
        migrations.CreateModel(
            name='Step',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('tenant', models.PositiveSmallIntegerField(verbose_name='tenant')),
                ('name', models.CharField(max_length=30)),
                ('at', models.DateTimeField()),
                ('reason', zhijia.core.sealed_fields.KeptTextField(default=b'', editable=True, verbose_name='reason')),
                ('actor', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('office', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='unions.unionbody')),
                ('process', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='steps', to='organising.process')),
            ],
            options={
                'indexes': [models.Index(fields=['tenant', 'process', 'at'], name='steps_of_a_process')],
            },
        ),
        migrations.CreateModel(
            name='Vote',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('tenant', models.PositiveSmallIntegerField(verbose_name='tenant')),
                ('office', models.CharField(choices=[('full', 'Members of the union committee'), ('chair', 'Chair'), ('vice_chair', 'Vice chairs'), ('standing', 'Members of the standing committee'), ('women', "Members of the women workers' committee"), ('audit', 'Members of the audit committee')], max_length=10, verbose_name='vote on')),
                ('voters', models.CharField(choices=[('assembly', 'Assembly of all members'), ('delegates', 'Delegates of the members'), ('committee', 'The committee itself')], default='assembly', max_length=10, verbose_name='who votes')),
                ('system', models.CharField(choices=[('elected', 'Elected by the members'), ('joint', 'Joint system: the units send delegates')], default='elected', max_length=10, verbose_name='how it is made up')),
                ('seats', models.PositiveSmallIntegerField(verbose_name='seats')),
                ('round', models.PositiveSmallIntegerField(default=1, verbose_name='ballot')),
                ('entitled', models.PositiveIntegerField(null=True, verbose_name='entitled to vote')),
                ('present', models.PositiveIntegerField(null=True, verbose_name='present')),
                ('issued', models.PositiveIntegerField(null=True, verbose_name='ballots issued')),
                ('returned', models.PositiveIntegerField(null=True, verbose_name='ballots returned')),
                ('invalid', models.PositiveIntegerField(null=True, verbose_name='invalid ballots')),
                ('held_on', models.DateField(null=True, verbose_name='day of the vote')),
                ('counted_at', models.DateTimeField(null=True, verbose_name='counted at')),
                ('process', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='votes', to='organising.process')),
            ],
            options={
                'verbose_name': 'vote',
                'verbose_name_plural': 'votes',
                'constraints': [models.UniqueConstraint(fields=('tenant', 'process', 'office', 'round'), name='one_vote_on_an_office_in_a_round'), models.CheckConstraint(condition=models.Q(('office__in', ['full', 'chair', 'vice_chair', 'standing', 'women', 'audit'])), name='vote_office_known'), models.CheckConstraint(condition=models.Q(('seats__gte', 1)), name='vote_fills_a_seat'), models.CheckConstraint(condition=models.Q(('counted_at', None), ('system', 'joint'), models.Q(('invalid__lte', models.F('returned')), ('issued__lte', models.F('present')), ('present__lte', models.F('entitled')), ('returned__lte', models.F('issued'))), _connector='OR'), name='vote_totals_are_possible')],
            },
        ),
        migrations.CreateModel(
            name='Candidate',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('tenant', models.PositiveSmallIntegerField(verbose_name='tenant')),
                ('name', zhijia.core.sealed_fields.KeptTextField(default=b'', editable=True, verbose_name='name')),
                ('sex', models.CharField(choices=[('unknown', 'Not stated'), ('female', 'Female'), ('male', 'Male')], default='unknown', max_length=7, verbose_name='sex')),
                ('is_full_time', models.BooleanField(default=False, verbose_name='full-time')),
                ('is_kin_of_head', models.BooleanField(default=False, verbose_name='close relative of the head of the enterprise')),
                ('represents', models.CharField(blank=True, default='', max_length=120, verbose_name='sent by')),
                ('contract_until_on', models.DateField(blank=True, null=True, verbose_name='last day of the labour contract')),
                ('yes', models.PositiveIntegerField(null=True, verbose_name='yes votes')),
                ('is_elected', models.BooleanField(default=False, verbose_name='elected')),
                ('vote', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='candidates', to='organising.vote')),
            ],
            options={
                'verbose_name': 'candidate',
                'verbose_name_plural': 'candidates',
                'indexes': [models.Index(fields=['tenant', 'vote'], name='candidates_of_a_vote')],
                'constraints': [models.CheckConstraint(condition=models.Q(('is_kin_of_head', False)), name='candidate_is_no_kin_of_the_head')],
            },
        ),
    ]
