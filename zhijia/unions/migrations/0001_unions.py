import django.db.models.deletion
import zhijia.unions.paths
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('accounts', '__first__'),
    ]

    operations = [
        migrations.CreateModel(
            name='Employer',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('tenant', models.PositiveSmallIntegerField(verbose_name='tenant')),
                ('name', models.CharField(max_length=120, verbose_name='name')),
                ('credit_code', models.CharField(blank=True, default='', max_length=18, verbose_name='unified social credit code')),
                ('place', models.CharField(blank=True, default='', max_length=12, verbose_name='place')),
                ('industry', models.CharField(blank=True, choices=[('', 'Unknown'), ('A', 'Farming, forestry, animal husbandry, fishing'), ('B', 'Mining'), ('C', 'Manufacturing'), ('D', 'Electricity, heat, gas and water'), ('E', 'Construction'), ('F', 'Wholesale and retail'), ('G', 'Transport, storage and post'), ('H', 'Hotels and restaurants'), ('I', 'Information and software'), ('J', 'Finance'), ('K', 'Real estate'), ('L', 'Leasing and business services'), ('M', 'Research and technical services'), ('N', 'Water, environment and public facilities'), ('O', 'Household and repair services'), ('P', 'Education'), ('Q', 'Health and social work'), ('R', 'Culture, sport and entertainment'), ('S', 'Public administration and social organisations'), ('T', 'International organisations')], default='', max_length=1, verbose_name='industry')),
                ('size_band', models.CharField(choices=[('unknown', 'Unknown'), ('under_25', 'Fewer than 25'), ('under_200', '25 to 199'), ('under_1000', '200 to 999'), ('over_1000', '1000 or more')], default='unknown', max_length=12, verbose_name='people employed')),
                ('is_confirmed', models.BooleanField(default=True, verbose_name='confirmed')),
                ('is_active', models.BooleanField(default=True, verbose_name='in use')),
                ('created_at', models.DateTimeField(verbose_name='added at')),
                ('merged_into', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='merged', to='unions.employer', verbose_name='merged into')),
            ],
            options={
                'verbose_name': 'employer',
                'verbose_name_plural': 'employers',
                'indexes': [models.Index(fields=['tenant', 'place', 'name'], name='employer_by_place'), models.Index(fields=['tenant', 'is_confirmed', 'id'], name='employer_to_confirm')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('credit_code', ''), _negated=True), fields=('tenant', 'credit_code'), name='employer_code_once'), models.CheckConstraint(condition=models.Q(('credit_code__startswith', '8'), _negated=True), name='employer_code_not_of_a_union'), models.CheckConstraint(condition=models.Q(('name', ''), _negated=True), name='employer_has_name'), models.CheckConstraint(condition=models.Q(('merged_into', None), ('is_active', False), _connector='OR'), name='merged_employer_is_not_in_use'), models.CheckConstraint(condition=models.Q(('size_band__in', ['unknown', 'under_25', 'under_200', 'under_1000', 'over_1000'])), name='employer_size_band_known'), models.CheckConstraint(condition=models.Q(('industry__in', ['', 'A', 'B', 'C', 'D', 'E', 'F', 'G', 'H', 'I', 'J', 'K', 'L', 'M', 'N', 'O', 'P', 'Q', 'R', 'S', 'T'])), name='employer_industry_known')],
            },
        ),
        migrations.CreateModel(
            name='Affiliation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('tenant', models.PositiveSmallIntegerField(verbose_name='tenant')),
                ('from_on', models.DateField(verbose_name='first day')),
                ('until_on', models.DateField(blank=True, null=True, verbose_name='last day')),
                ('declared_at', models.DateTimeField(verbose_name='declared at')),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='affiliations', to=settings.AUTH_USER_MODEL)),
                ('employer', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='affiliations', to='unions.employer')),
            ],
            options={
                'verbose_name': 'declared employment',
                'verbose_name_plural': 'declared employments',
                'constraints': [models.UniqueConstraint(fields=('tenant', 'user', 'employer', 'from_on'), name='affiliation_once'), models.CheckConstraint(condition=models.Q(('until_on', None), ('until_on__gte', models.F('from_on')), _connector='OR'), name='affiliation_dates_in_order')],
            },
        ),
        migrations.CreateModel(
            name='EmployerGram',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('tenant', models.PositiveSmallIntegerField(verbose_name='tenant')),
                ('gram', models.CharField(max_length=40)),
                ('employer', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='grams', to='unions.employer')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('tenant', 'gram', 'employer'), name='employer_gram_once')],
            },
        ),
        migrations.CreateModel(
            name='UnionBody',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('tenant', models.PositiveSmallIntegerField(verbose_name='tenant')),
                ('name', models.CharField(max_length=120, verbose_name='full name')),
                ('short_name', models.CharField(blank=True, default='', max_length=40, verbose_name='short name')),
                ('level', models.PositiveSmallIntegerField(choices=[(0, 'National'), (1, 'Province'), (2, 'City'), (3, 'County or district'), (4, 'Township or street'), (5, 'Village, park or local federation'), (6, 'Grassroots union'), (7, 'Branch'), (8, 'Union group')], verbose_name='level')),
                ('kind', models.CharField(choices=[('federation', 'Federation of a territory'), ('industrial', 'Industrial union'), ('grassroots', 'Union of one employer'), ('joint', 'Joint union of several small employers'), ('branch', 'Branch'), ('group', 'Union group'), ('office', 'Office sent by a federation')], max_length=12, verbose_name='kind')),
                ('path', zhijia.unions.paths.PathField(max_length=180)),
                ('line_path', zhijia.unions.paths.PathField(blank=True, default='', max_length=180)),
                ('depth', models.PositiveSmallIntegerField(default=0)),
                ('place', models.CharField(blank=True, default='', max_length=12, verbose_name='place')),
                ('accepts_appeals', models.BooleanField(default=True, verbose_name='takes up appeals')),
                ('is_active', models.BooleanField(default=True, verbose_name='active')),
                ('phone', models.CharField(blank=True, default='', max_length=40, verbose_name='telephone')),
                ('address', models.CharField(blank=True, default='', max_length=160, verbose_name='address')),
                ('hours', models.CharField(blank=True, default='', max_length=120, verbose_name='opening hours')),
                ('about', models.TextField(blank=True, default='', max_length=1000, verbose_name='what we do')),
                ('founded_on', models.DateField(blank=True, null=True, verbose_name='founded on')),
                ('dissolved_on', models.DateField(blank=True, null=True, verbose_name='dissolved on')),
                ('employer', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='bodies', to='unions.employer', verbose_name='employer')),
            ],
            options={
                'verbose_name': 'union body',
                'verbose_name_plural': 'union bodies',
                'indexes': [models.Index(fields=['tenant', 'path', 'id', 'is_active'], name='body_path_covering'), models.Index(condition=models.Q(('line_path', ''), _negated=True), fields=['tenant', 'line_path', 'id'], name='body_line_covering'), models.Index(fields=['tenant', 'depth', 'path'], name='body_children'), models.Index(fields=['tenant', 'place', 'level'], name='body_by_place')],
                'constraints': [models.UniqueConstraint(fields=('tenant', 'path'), name='body_path_once'), models.UniqueConstraint(condition=models.Q(('line_path', ''), _negated=True), fields=('tenant', 'line_path'), name='body_line_once'), models.CheckConstraint(condition=models.Q(('path__endswith', '/')), name='body_path_ends_with_slash'), models.CheckConstraint(condition=models.Q(('line_path', ''), ('line_path__endswith', '/'), _connector='OR'), name='body_line_ends_with_slash'), models.CheckConstraint(condition=models.Q(('level__in', [0, 1, 2, 3, 4, 5, 6, 7, 8])), name='body_level_known'), models.CheckConstraint(condition=models.Q(('kind__in', ['federation', 'industrial', 'grassroots', 'joint', 'branch', 'group', 'office'])), name='body_kind_known'), models.CheckConstraint(condition=models.Q(('name', ''), _negated=True), name='body_has_name'), models.CheckConstraint(condition=models.Q(('dissolved_on', None), ('founded_on', None), ('dissolved_on__gte', models.F('founded_on')), _connector='OR'), name='body_dates_in_order'), models.CheckConstraint(condition=models.Q(('employer', None), ('level__gte', 5), _connector='OR'), name='only_grassroots_have_an_employer')],
            },
        ),
        migrations.CreateModel(
            name='Post',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('tenant', models.PositiveSmallIntegerField(verbose_name='tenant')),
                ('role', models.CharField(choices=[('chair', 'Chair'), ('dispatcher', 'Dispatcher'), ('handler', 'Case handler'), ('hotline_agent', 'Hotline agent'), ('supervisor', 'Supervisor'), ('steward', 'Steward of posts and settings')], max_length=16, verbose_name='role')),
                ('from_on', models.DateField(verbose_name='first day')),
                ('until_on', models.DateField(blank=True, null=True, verbose_name='last day')),
                ('ended_at', models.DateTimeField(blank=True, null=True, verbose_name='ended at')),
                ('ended_by', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('granted_by', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='posts', to=settings.AUTH_USER_MODEL)),
                ('body', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='posts', to='unions.unionbody')),
            ],
            options={
                'verbose_name': 'post',
                'verbose_name_plural': 'posts',
                'indexes': [models.Index(fields=['tenant', 'body', 'role'], name='post_by_body')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('ended_at', None)), fields=('tenant', 'body', 'user', 'role'), name='one_such_post_at_a_time'), models.CheckConstraint(condition=models.Q(('until_on', None), ('until_on__gte', models.F('from_on')), _connector='OR'), name='post_dates_in_order'), models.CheckConstraint(condition=models.Q(('role__in', ['chair', 'dispatcher', 'handler', 'hotline_agent', 'supervisor', 'steward'])), name='post_role_known'), models.CheckConstraint(condition=models.Q(('ended_by', None), ('ended_at__isnull', False), _connector='OR'), name='post_ended_by_means_ended')],
            },
        ),
    ]
