import django.core.serializers.json
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('accounts', '__first__'),
    ]

    operations = [
        migrations.CreateModel(
            name='Notification',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('tenant', models.PositiveSmallIntegerField(verbose_name='tenant')),
                ('about_tenant', models.PositiveSmallIntegerField(default=0, verbose_name='tenant of the matter')),
                ('kind', models.CharField(max_length=60, verbose_name='kind of message')),
                ('data', models.JSONField(default=dict, encoder=django.core.serializers.json.DjangoJSONEncoder, verbose_name='facts for the text')),
                ('url', models.CharField(blank=True, max_length=200, verbose_name='page')),
                ('created_at', models.DateTimeField(verbose_name='written at')),
                ('read_at', models.DateTimeField(blank=True, null=True, verbose_name='read at')),
                ('to', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='recipient')),
            ],
            options={
                'verbose_name': 'message',
                'verbose_name_plural': 'messages',
                'indexes': [models.Index(fields=['tenant', 'to', '-created_at', '-id'], name='inbox_newest_first'), models.Index(condition=models.Q(('read_at', None)), fields=['tenant', 'to'], name='inbox_unread')],
                'constraints': [models.CheckConstraint(condition=models.Q(('read_at', None), ('read_at__gte', models.F('created_at')), _connector='OR'), name='message_read_after_written')],
            },
        ),
        migrations.CreateModel(
            name='Delivery',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('tenant', models.PositiveSmallIntegerField(verbose_name='tenant')),
                ('channel', models.CharField(choices=[('sms', 'Text message'), ('email', 'E-mail')], max_length=10, verbose_name='channel')),
                ('address_sealed', models.BinaryField(verbose_name='number or e-mail address, sealed')),
                ('text_sealed', models.BinaryField(verbose_name='text of the message, sealed')),
                ('key', models.CharField(max_length=36, verbose_name='sending key')),
                ('state', models.CharField(choices=[('waiting', 'Waiting to be sent'), ('sent', 'Sent'), ('failed', 'Given up')], default='waiting', max_length=10, verbose_name='state')),
                ('attempts', models.PositiveSmallIntegerField(default=0, verbose_name='attempts')),
                ('next_at', models.DateTimeField(blank=True, null=True, verbose_name='next attempt at')),
                ('last_error', models.CharField(blank=True, max_length=200, verbose_name='last error')),
                ('created_at', models.DateTimeField(verbose_name='written at')),
                ('finished_at', models.DateTimeField(blank=True, null=True, verbose_name='sent or given up at')),
                ('notification', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='deliveries', to='notifications.notification', verbose_name='message')),
            ],
            options={
                'verbose_name': 'outside message',
                'verbose_name_plural': 'outside messages',
                'indexes': [models.Index(fields=['tenant', 'notification'], name='deliveries_of_a_message'), models.Index(condition=models.Q(('state', 'waiting')), fields=['tenant', 'next_at'], name='deliveries_waiting'), models.Index(condition=models.Q(('state', 'failed')), fields=['tenant', '-created_at'], name='deliveries_failed')],
                'constraints': [models.UniqueConstraint(fields=('tenant', 'key'), name='one_delivery_per_key'), models.CheckConstraint(condition=models.Q(('channel__in', ['sms', 'email'])), name='delivery_channel_known'), models.CheckConstraint(condition=models.Q(models.Q(('finished_at', None), ('next_at__isnull', False), ('state', 'waiting')), models.Q(('finished_at__isnull', False), ('next_at', None), ('state__in', ('sent', 'failed'))), _connector='OR'), name='delivery_state_fits_times')],
            },
        ),
        migrations.CreateModel(
            name='OutboxMessage',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('tenant', models.PositiveSmallIntegerField(verbose_name='tenant')),
                ('channel', models.CharField(choices=[('sms', 'Text message'), ('email', 'E-mail')], max_length=10, verbose_name='channel')),
                ('address', models.CharField(max_length=254, verbose_name='number or e-mail address')),
                ('text', models.TextField(verbose_name='text of the message')),
                ('created_at', models.DateTimeField(verbose_name='written at')),
            ],
            options={
                'verbose_name': 'kept message',
                'verbose_name_plural': 'kept messages',
                'indexes': [models.Index(fields=['tenant', '-created_at', '-id'], name='outbox_newest_first')],
            },
        ),
    ]
