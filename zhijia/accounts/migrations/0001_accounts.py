import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('auth', '0012_alter_user_first_name_max_length'),
    ]

    operations = [
        migrations.CreateModel(
            name='User',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('password', models.CharField(max_length=128, verbose_name='password')),
                ('last_login', models.DateTimeField(blank=True, null=True, verbose_name='last login')),
                ('is_superuser', models.BooleanField(default=False, help_text='Designates that this user has all permissions without explicitly assigning them.', verbose_name='superuser status')),
                ('tenant', models.PositiveSmallIntegerField(default=0, verbose_name='tenant')),
                ('name', models.CharField(blank=True, max_length=60, verbose_name='form of address')),
                ('phone_sealed', models.BinaryField(verbose_name='mobile number, sealed')),
                ('phone_index', models.CharField(max_length=32, verbose_name='look-up key of the mobile number')),
                ('phone_verified', models.BooleanField(default=False, verbose_name='mobile number confirmed')),
                ('email', models.EmailField(blank=True, max_length=254, verbose_name='e-mail for notices')),
                ('notice_by_sms', models.BooleanField(default=True, verbose_name='notices by text message')),
                ('notice_by_email', models.BooleanField(default=False, verbose_name='notices by e-mail')),
                ('language', models.CharField(blank=True, max_length=10, verbose_name='language')),
                ('text_size', models.CharField(choices=[('normal', 'Normal text'), ('large', 'Large text'), ('largest', 'Very large text')], default='normal', max_length=10, verbose_name='text size')),
                ('high_contrast', models.BooleanField(default=False, verbose_name='high contrast')),
                ('is_officer', models.BooleanField(default=False, verbose_name='holds a post in a union body')),
                ('is_active', models.BooleanField(default=True, verbose_name='may sign in')),
                ('session_epoch', models.PositiveIntegerField(default=0, verbose_name='session epoch')),
                ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='made at')),
                ('groups', models.ManyToManyField(blank=True, help_text='The groups this user belongs to. A user will get all permissions granted to each of their groups.', related_name='user_set', related_query_name='user', to='auth.group', verbose_name='groups')),
                ('user_permissions', models.ManyToManyField(blank=True, help_text='Specific permissions for this user.', related_name='user_set', related_query_name='user', to='auth.permission', verbose_name='user permissions')),
            ],
            options={
                'verbose_name': 'account',
                'verbose_name_plural': 'accounts',
                'constraints': [models.UniqueConstraint(fields=('phone_index',), name='one_account_per_phone'), models.CheckConstraint(condition=models.Q(('text_size__in', ['normal', 'large', 'largest'])), name='account_text_size_known')],
            },
        ),
        migrations.CreateModel(
            name='ApiToken',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=80, verbose_name='what it is for')),
                ('scopes', models.JSONField(default=list, verbose_name='scopes')),
                ('hash', models.CharField(max_length=64, verbose_name='keyed hash')),
                ('hint', models.CharField(max_length=12, verbose_name='first characters')),
                ('created_at', models.DateTimeField(verbose_name='made at')),
                ('expires_at', models.DateTimeField(verbose_name='ends at')),
                ('last_used_on', models.DateField(blank=True, null=True, verbose_name='last used on')),
                ('revoked_at', models.DateTimeField(blank=True, null=True, verbose_name='revoked at')),
                ('user', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='api_tokens', to=settings.AUTH_USER_MODEL, verbose_name='account')),
            ],
            options={
                'verbose_name': 'API token',
                'verbose_name_plural': 'API tokens',
                'indexes': [models.Index(fields=['user', '-created_at'], name='tokens_of_a_user')],
                'constraints': [models.UniqueConstraint(fields=('hash',), name='one_token_per_hash'), models.CheckConstraint(condition=models.Q(('expires_at__gt', models.F('created_at'))), name='token_ends_after_it_begins')],
            },
        ),
        migrations.CreateModel(
            name='FailedSignIns',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.CharField(max_length=64, verbose_name='keyed hash of number and device')),
                ('failures', models.PositiveIntegerField(verbose_name='failures in a row')),
                ('wait_until', models.DateTimeField(verbose_name='wait until')),
            ],
            options={
                'indexes': [models.Index(fields=['wait_until'], name='failed_sign_ins_age')],
                'constraints': [models.UniqueConstraint(fields=('key',), name='one_count_per_phone_and_device')],
            },
        ),
    ]
