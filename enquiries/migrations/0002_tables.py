"""Tables for campaigns, forms, origins, sessions, doors and the laboratory of lost enquiries."""

import django.core.validators
import django.db.models.deletion
import modelcluster.fields
import uuid
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('contact_centre', '0016_words_of_objectives'),
        ('enquiries', '0001_initial'),
        ('people', '0015_message_provider_id'),
        ('programmes', '0005_language_versions'),
        ('wagtaildocs', '0014_alter_document_file_size'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        migrations.swappable_dependency(settings.WAGTAIL_PAGE_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='AnswerFile',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uuid', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('field', models.CharField(max_length=60)),
                ('name', models.CharField(max_length=200)),
                ('content_type', models.CharField(blank=True, max_length=120)),
                ('size', models.PositiveBigIntegerField(default=0)),
                ('kept_as', models.CharField(blank=True, max_length=200)),
                ('why_refused', models.CharField(blank=True, max_length=200)),
                ('came_at', models.DateTimeField()),
            ],
            options={
                'verbose_name': 'file of an answer',
                'verbose_name_plural': 'files of answers',
            },
        ),
        migrations.CreateModel(
            name='Appointment',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uuid', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('starts_at', models.DateTimeField(verbose_name='starts')),
                ('ends_at', models.DateTimeField(verbose_name='ends')),
                ('way', models.CharField(choices=[('phone', 'By telephone'), ('online', 'Online'), ('on_site', 'On site')], max_length=7, verbose_name='how')),
                ('phone', models.CharField(blank=True, max_length=30, verbose_name='telephone')),
                ('note', models.CharField(blank=True, max_length=500, verbose_name='what about')),
                ('language', models.CharField(choices=[('ca', 'Català'), ('es', 'Español'), ('en', 'English')], default='ca', max_length=5)),
                ('state', models.CharField(choices=[('booked', 'Booked'), ('off', 'Called off'), ('held', 'Took place'), ('no_show', 'Did not come')], default='booked', max_length=7, verbose_name='state')),
                ('sequence', models.PositiveIntegerField(default=0)),
                ('booked_at', models.DateTimeField()),
                ('ended_at', models.DateTimeField(blank=True, null=True)),
                ('reminded', models.JSONField(blank=True, default=list)),
            ],
            options={
                'verbose_name': 'appointment',
                'verbose_name_plural': 'appointments',
            },
        ),
        migrations.CreateModel(
            name='BookableHours',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('weekday', models.SmallIntegerField(choices=[(0, 'Monday'), (1, 'Tuesday'), (2, 'Wednesday'), (3, 'Thursday'), (4, 'Friday'), (5, 'Saturday'), (6, 'Sunday')], verbose_name='day')),
                ('from_time', models.TimeField(verbose_name='from')),
                ('until_time', models.TimeField(verbose_name='until')),
                ('minutes', models.PositiveSmallIntegerField(default=30, validators=[django.core.validators.MinValueValidator(5)], verbose_name='minutes each')),
                ('ways', models.JSONField(default=list, verbose_name='how')),
                ('online_address', models.URLField(blank=True, max_length=500, verbose_name='address of the meeting')),
                ('valid_from', models.DateField(blank=True, null=True, verbose_name='since')),
                ('valid_until', models.DateField(blank=True, null=True, verbose_name='until day')),
            ],
            options={
                'verbose_name': 'bookable hours',
                'verbose_name_plural': 'bookable hours',
            },
        ),
        migrations.CreateModel(
            name='CalendarKey',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key_hash', models.CharField(max_length=64, unique=True)),
                ('made_at', models.DateTimeField()),
                ('read_at', models.DateTimeField(blank=True, null=True)),
            ],
            options={
                'verbose_name': 'calendar subscription',
                'verbose_name_plural': 'calendar subscriptions',
            },
        ),
        migrations.CreateModel(
            name='CampaignAction',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.SlugField(max_length=80, verbose_name='code')),
                ('name', models.CharField(max_length=160, verbose_name='name')),
                ('kind', models.CharField(choices=[('creative', 'Creative'), ('press', 'Press'), ('media', 'Media buying'), ('fair', 'Fair'), ('mail', 'Direct mail'), ('social', 'Social networks'), ('email', 'E-mail'), ('calls', 'Call list'), ('event', 'Event'), ('other', 'Other')], max_length=8, verbose_name='kind')),
                ('medium', models.CharField(choices=[('email', 'E-mail'), ('social', 'Social networks'), ('search', 'Search advertising'), ('display', 'Display advertising'), ('web', 'Own website'), ('call', 'Calls'), ('mail', 'Letters'), ('press', 'Press'), ('radio', 'Radio and television'), ('outdoor', 'Posters'), ('fair', 'Fairs and events'), ('partner', 'Partners'), ('other', 'Other')], max_length=8, verbose_name='medium')),
                ('state', models.CharField(choices=[('planned', 'Planned'), ('running', 'Running'), ('done', 'Done'), ('off', 'Called off')], default='planned', max_length=7, verbose_name='state')),
                ('starts_on', models.DateField(verbose_name='starts on')),
                ('ends_on', models.DateField(blank=True, null=True, verbose_name='ends on')),
                ('cost_planned_minor', models.PositiveBigIntegerField(default=0, verbose_name='planned cost in minor units')),
                ('currency', models.CharField(default='EUR', max_length=3, verbose_name='currency')),
                ('note', models.TextField(blank=True, verbose_name='note')),
            ],
            options={
                'verbose_name': 'action of a campaign',
                'verbose_name_plural': 'actions of campaigns',
            },
        ),
        migrations.CreateModel(
            name='CampaignAudience',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('words', models.CharField(blank=True, max_length=250, verbose_name='in words')),
                ('size', models.PositiveIntegerField(blank=True, null=True, verbose_name='how many')),
            ],
            options={
                'verbose_name': 'audience of a campaign',
                'verbose_name_plural': 'audiences of campaigns',
            },
        ),
        migrations.CreateModel(
            name='CampaignChange',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField()),
                ('what', models.CharField(choices=[('launched', 'Went live'), ('budget', 'Budget'), ('audience', 'Audience'), ('channels', 'Channels'), ('target', 'Target'), ('dates', 'Dates'), ('action', 'Action'), ('closed', 'Closed'), ('other', 'Other')], max_length=8, verbose_name='what')),
                ('before', models.CharField(blank=True, max_length=500, verbose_name='before')),
                ('after', models.CharField(blank=True, max_length=500, verbose_name='after')),
                ('why', models.CharField(blank=True, max_length=500, verbose_name='why')),
            ],
            options={
                'verbose_name': 'change of a campaign',
                'verbose_name_plural': 'changes of campaigns',
            },
        ),
        migrations.CreateModel(
            name='CampaignChannel',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('medium', models.CharField(choices=[('email', 'E-mail'), ('social', 'Social networks'), ('search', 'Search advertising'), ('display', 'Display advertising'), ('web', 'Own website'), ('call', 'Calls'), ('mail', 'Letters'), ('press', 'Press'), ('radio', 'Radio and television'), ('outdoor', 'Posters'), ('fair', 'Fairs and events'), ('partner', 'Partners'), ('other', 'Other')], max_length=8, verbose_name='medium')),
                ('message', models.TextField(blank=True, verbose_name='message')),
            ],
            options={
                'verbose_name': 'channel of a campaign',
                'verbose_name_plural': 'channels of campaigns',
            },
        ),
        migrations.CreateModel(
            name='CampaignHelper',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('planned_minutes', models.PositiveIntegerField(default=0, verbose_name='planned minutes')),
            ],
            options={
                'verbose_name': 'person of a campaign',
                'verbose_name_plural': 'people of campaigns',
            },
        ),
        migrations.CreateModel(
            name='CampaignNumber',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.CharField(max_length=20, verbose_name='telephone number')),
                ('medium', models.CharField(choices=[('email', 'E-mail'), ('social', 'Social networks'), ('search', 'Search advertising'), ('display', 'Display advertising'), ('web', 'Own website'), ('call', 'Calls'), ('mail', 'Letters'), ('press', 'Press'), ('radio', 'Radio and television'), ('outdoor', 'Posters'), ('fair', 'Fairs and events'), ('partner', 'Partners'), ('other', 'Other')], max_length=8, verbose_name='medium')),
                ('from_day', models.DateField(verbose_name='from')),
                ('until_day', models.DateField(blank=True, null=True, verbose_name='until')),
            ],
            options={
                'verbose_name': 'number of a campaign',
                'verbose_name_plural': 'numbers of campaigns',
            },
        ),
        migrations.CreateModel(
            name='CampaignStep',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('step', models.CharField(choices=[('analysis', 'Analysis'), ('budget', 'Budget'), ('offer', 'Offer'), ('targets', 'Targets'), ('content', 'Content'), ('messages', 'Message per channel'), ('run', 'Run'), ('responses', 'Responses'), ('results', 'Results')], max_length=9)),
                ('text', models.TextField(blank=True, verbose_name='text')),
                ('done_at', models.DateTimeField(blank=True, null=True)),
            ],
            options={
                'verbose_name': 'step of a campaign',
                'verbose_name_plural': 'steps of campaigns',
            },
        ),
        migrations.CreateModel(
            name='CampaignTarget',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('enquiries', models.PositiveIntegerField(default=0, verbose_name='enquiries')),
                ('enrolments', models.PositiveIntegerField(default=0, verbose_name='enrolments')),
            ],
            options={
                'verbose_name': 'target of a campaign',
                'verbose_name_plural': 'targets of campaigns',
            },
        ),
        migrations.CreateModel(
            name='ClosedCell',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('reason', models.CharField(choices=[('follow_up', 'We did not follow up'), ('undecided', 'Undecided'), ('budget', 'Budget'), ('rival', 'Chose another school'), ('empathy', 'No rapport'), ('lost_contact', 'Lost contact'), ('other', 'Other')], max_length=14)),
                ('age', models.CharField(choices=[('3m', 'Up to 3 months'), ('6m', '3 to 6 months'), ('12m', '6 to 12 months'), ('older', 'Longer than a year')], max_length=5)),
                ('closed_at', models.DateTimeField()),
                ('why', models.CharField(max_length=120)),
            ],
            options={
                'verbose_name': 'closed cell',
                'verbose_name_plural': 'closed cells',
            },
        ),
        migrations.CreateModel(
            name='Download',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField()),
            ],
            options={
                'verbose_name': 'download',
                'verbose_name_plural': 'downloads',
            },
        ),
        migrations.CreateModel(
            name='Form',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uuid', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('slug', models.SlugField(max_length=80, unique=True, verbose_name='code')),
                ('name', models.CharField(max_length=160, verbose_name='name')),
                ('kind', models.CharField(choices=[('enquiry', 'Enquiry'), ('download', 'Download of a guide'), ('call_me', 'Call me back'), ('letter', 'Newsletter'), ('reminder', 'Reminder of what one had begun')], default='enquiry', max_length=8, verbose_name='kind')),
                ('asks_at_once', models.PositiveSmallIntegerField(default=0, help_text='0 asks all; else the rest is asked the next time.', verbose_name='questions at once')),
                ('purposes', models.JSONField(blank=True, default=list, verbose_name='consents asked for')),
                ('is_live', models.BooleanField(default=True, verbose_name='in use')),
                ('made_at', models.DateTimeField(editable=False)),
                ('changed_at', models.DateTimeField(editable=False)),
            ],
            options={
                'verbose_name': 'form',
                'verbose_name_plural': 'forms',
            },
        ),
        migrations.CreateModel(
            name='FormCount',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('variant', models.CharField(blank=True, max_length=1)),
                ('on', models.DateField()),
                ('shown', models.PositiveIntegerField(default=0)),
                ('begun', models.PositiveIntegerField(default=0)),
            ],
            options={
                'verbose_name': 'count of a form',
                'verbose_name_plural': 'counts of forms',
            },
        ),
        migrations.CreateModel(
            name='FormField',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.SlugField(max_length=60, verbose_name='field')),
                ('is_own', models.BooleanField(default=False, verbose_name='a question of its own')),
                ('kind', models.CharField(blank=True, choices=[('text', 'A line of text'), ('long', 'Several lines'), ('choice', 'One of a list'), ('choices', 'Several of a list'), ('yes_no', 'Yes or no'), ('date', 'Date'), ('number', 'Number'), ('file', 'File')], max_length=8, verbose_name='kind')),
                ('step', models.PositiveSmallIntegerField(default=1, verbose_name='step')),
                ('position', models.PositiveSmallIntegerField(default=0, verbose_name='place')),
                ('is_required', models.BooleanField(default=False, verbose_name='must be filled in')),
                ('label_ca', models.CharField(blank=True, max_length=200, verbose_name='label in Catalan')),
                ('label_es', models.CharField(blank=True, max_length=200, verbose_name='label in Spanish')),
                ('label_en', models.CharField(blank=True, max_length=200, verbose_name='label in English')),
                ('help_ca', models.CharField(blank=True, max_length=250, verbose_name='help in Catalan')),
                ('help_es', models.CharField(blank=True, max_length=250, verbose_name='help in Spanish')),
                ('help_en', models.CharField(blank=True, max_length=250, verbose_name='help in English')),
                ('choices', models.JSONField(blank=True, default=list)),
            ],
            options={
                'verbose_name': 'field of a form',
                'verbose_name_plural': 'fields of forms',
            },
        ),
        migrations.CreateModel(
            name='FormFieldCount',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.CharField(max_length=60)),
                ('on', models.DateField()),
                ('filled', models.PositiveIntegerField(default=0)),
                ('refused', models.PositiveIntegerField(default=0)),
                ('left', models.PositiveIntegerField(default=0)),
            ],
            options={
                'verbose_name': 'count of a field',
                'verbose_name_plural': 'counts of fields',
            },
        ),
        migrations.CreateModel(
            name='FormVariant',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('letter', models.CharField(max_length=1, verbose_name='letter')),
                ('share', models.PositiveSmallIntegerField(default=50, validators=[django.core.validators.MaxValueValidator(100)], verbose_name='share in %')),
                ('words', models.JSONField(blank=True, default=dict, verbose_name='other words')),
                ('left_out', models.JSONField(blank=True, default=list, verbose_name='fields left out')),
                ('is_live', models.BooleanField(default=True, verbose_name='in use')),
            ],
            options={
                'verbose_name': 'variant of a form',
                'verbose_name_plural': 'variants of forms',
            },
        ),
        migrations.CreateModel(
            name='FormWords',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('language', models.CharField(choices=[('ca', 'Català'), ('es', 'Español'), ('en', 'English')], max_length=5, verbose_name='language')),
                ('title', models.CharField(max_length=160, verbose_name='title')),
                ('intro', models.TextField(blank=True, verbose_name='introduction')),
                ('button', models.CharField(blank=True, max_length=60, verbose_name='what the button says')),
                ('thanks_title', models.CharField(blank=True, max_length=160, verbose_name='title of the thanks')),
                ('thanks', models.TextField(blank=True, verbose_name='thanks')),
            ],
            options={
                'verbose_name': 'words of a form',
                'verbose_name_plural': 'words of forms',
            },
        ),
        migrations.CreateModel(
            name='Interest',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('added_at', models.DateTimeField()),
            ],
            options={
                'verbose_name': 'interest',
                'verbose_name_plural': 'interests',
            },
        ),
        migrations.CreateModel(
            name='LeadAgreement',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=160, verbose_name='name')),
                ('from_day', models.DateField(verbose_name='from')),
                ('until_day', models.DateField(verbose_name='until')),
                ('enquiries', models.PositiveIntegerField(verbose_name='enquiries')),
                ('fit_percent', models.PositiveSmallIntegerField(validators=[django.core.validators.MaxValueValidator(100)], verbose_name='of that profile, in %')),
                ('answer_hours', models.PositiveSmallIntegerField(default=24, verbose_name='answered within hours')),
                ('marketing_signed_at', models.DateTimeField(blank=True, null=True)),
                ('sales_signed_at', models.DateTimeField(blank=True, null=True)),
            ],
            options={
                'verbose_name': 'agreement with sales',
                'verbose_name_plural': 'agreements with sales',
                'permissions': [('sign_for_marketing', 'Can sign agreements for marketing'), ('sign_for_sales', 'Can sign agreements for sales')],
            },
        ),
        migrations.CreateModel(
            name='LeadDoor',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uuid', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('name', models.CharField(max_length=120, verbose_name='name')),
                ('kind', models.CharField(choices=[('signed', 'Partner portal (signed)'), ('meta', 'Meta lead forms'), ('google', 'Google lead forms'), ('linkedin', 'LinkedIn lead forms')], default='signed', max_length=8, verbose_name='kind')),
                ('secret', models.CharField(editable=False, max_length=120)),
                ('fields', models.JSONField(blank=True, default=dict, verbose_name='names of their fields')),
                ('purposes', models.JSONField(blank=True, default=dict, verbose_name='consents their form asks for')),
                ('is_open', models.BooleanField(default=True, verbose_name='open')),
                ('made_at', models.DateTimeField(editable=False)),
                ('last_at', models.DateTimeField(blank=True, editable=False, null=True)),
            ],
            options={
                'verbose_name': 'door for leads',
                'verbose_name_plural': 'doors for leads',
            },
        ),
        migrations.CreateModel(
            name='MarketingPlan',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('year', models.PositiveSmallIntegerField(verbose_name='year')),
                ('name', models.CharField(max_length=160, verbose_name='name')),
                ('objectives', models.TextField(blank=True, verbose_name='objectives')),
                ('audience', models.TextField(blank=True, verbose_name='audience')),
                ('message', models.TextField(blank=True, verbose_name='message')),
                ('tactics', models.TextField(blank=True, verbose_name='tactics')),
            ],
            options={
                'verbose_name': 'marketing plan',
                'verbose_name_plural': 'marketing plans',
            },
        ),
        migrations.CreateModel(
            name='MarketStudy',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('title', models.CharField(max_length=200, verbose_name='title')),
                ('supplier', models.CharField(max_length=160, verbose_name='supplier')),
                ('on', models.DateField(verbose_name='date')),
                ('cost_minor', models.PositiveBigIntegerField(verbose_name='cost in minor units')),
                ('currency', models.CharField(default='EUR', max_length=3, verbose_name='currency')),
                ('findings', models.TextField(verbose_name='findings')),
            ],
            options={
                'verbose_name': 'market study',
                'verbose_name_plural': 'market studies',
            },
        ),
        migrations.CreateModel(
            name='Mention',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uuid', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('network', models.CharField(choices=[('instagram', 'Instagram'), ('linkedin', 'LinkedIn'), ('facebook', 'Facebook'), ('tiktok', 'TikTok'), ('youtube', 'YouTube'), ('x', 'X'), ('reviews', 'Review sites'), ('press', 'Press'), ('other', 'Other')], max_length=9, verbose_name='network')),
                ('author', models.CharField(blank=True, max_length=160, verbose_name='who said it')),
                ('address', models.URLField(blank=True, max_length=500, verbose_name='address')),
                ('text', models.TextField(verbose_name='text')),
                ('tone', models.SmallIntegerField(choices=[(-1, 'Bad'), (0, 'Neutral'), (1, 'Good')], default=0, verbose_name='tone')),
                ('reach', models.PositiveIntegerField(blank=True, null=True, verbose_name='reach')),
                ('said_at', models.DateTimeField(verbose_name='said at')),
                ('is_crisis', models.BooleanField(default=False, verbose_name='crisis')),
                ('needs_answer', models.BooleanField(default=True, verbose_name='wants an answer')),
                ('due_at', models.DateTimeField(blank=True, null=True)),
                ('answered_at', models.DateTimeField(blank=True, null=True)),
                ('answer', models.TextField(blank=True, verbose_name='answer')),
                ('logged_at', models.DateTimeField()),
            ],
            options={
                'verbose_name': 'mention',
                'verbose_name_plural': 'mentions',
            },
        ),
        migrations.CreateModel(
            name='OriginFigure',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('on', models.DateField()),
                ('model', models.CharField(max_length=8)),
                ('source', models.CharField(blank=True, max_length=120)),
                ('medium', models.CharField(blank=True, max_length=120)),
                ('enquiries', models.BigIntegerField(default=0)),
                ('contacted', models.BigIntegerField(default=0)),
                ('applied', models.BigIntegerField(default=0)),
                ('enrolled', models.BigIntegerField(default=0)),
                ('collected_minor', models.BigIntegerField(default=0)),
                ('currency', models.CharField(blank=True, max_length=3)),
            ],
            options={
                'verbose_name': 'figure of a source',
                'verbose_name_plural': 'figures of sources',
            },
        ),
        migrations.CreateModel(
            name='Partner',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.SlugField(max_length=80, unique=True, verbose_name='code')),
                ('name', models.CharField(max_length=160, verbose_name='name')),
                ('kind', models.CharField(choices=[('portal', 'Portal'), ('school', 'School'), ('firm', 'Firm'), ('public', 'Public body'), ('club', 'Association'), ('other', 'Other')], default='other', max_length=6, verbose_name='kind')),
                ('contact_name', models.CharField(blank=True, max_length=160, verbose_name='whom to talk to')),
                ('contact_email', models.EmailField(blank=True, max_length=254, verbose_name='e-mail')),
                ('contact_phone', models.CharField(blank=True, max_length=30, verbose_name='telephone')),
                ('note', models.TextField(blank=True, verbose_name='note')),
                ('is_active', models.BooleanField(default=True, verbose_name='works with us')),
            ],
            options={
                'verbose_name': 'partner',
                'verbose_name_plural': 'partners',
            },
        ),
        migrations.CreateModel(
            name='PartnerAgreement',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('title', models.CharField(max_length=160, verbose_name='title')),
                ('from_day', models.DateField(verbose_name='from')),
                ('until_day', models.DateField(blank=True, null=True, verbose_name='until')),
                ('terms', models.TextField(blank=True, verbose_name='terms')),
            ],
            options={
                'verbose_name': 'agreement with a partner',
                'verbose_name_plural': 'agreements with partners',
            },
        ),
        migrations.CreateModel(
            name='PlanReview',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('quarter', models.PositiveSmallIntegerField(validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(4)], verbose_name='quarter')),
                ('reviewed_at', models.DateTimeField()),
                ('figures', models.JSONField(default=list)),
                ('findings', models.TextField(verbose_name='what we learned')),
                ('consequences', models.TextField(blank=True, verbose_name='what we change')),
            ],
            options={
                'verbose_name': 'review of a plan',
                'verbose_name_plural': 'reviews of plans',
            },
        ),
        migrations.CreateModel(
            name='PlanTarget',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('quarter', models.PositiveSmallIntegerField(validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(4)], verbose_name='quarter')),
                ('metric', models.CharField(choices=[('enquiries', 'Enquiries'), ('contacts', 'People reached'), ('applications', 'Applications'), ('enrolments', 'Enrolments'), ('collected', 'Money collected'), ('attended', 'People at information sessions')], max_length=12, verbose_name='what is measured')),
                ('target', models.PositiveBigIntegerField(verbose_name='target')),
            ],
            options={
                'verbose_name': 'target of a plan',
                'verbose_name_plural': 'targets of plans',
            },
        ),
        migrations.CreateModel(
            name='Play',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uuid', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('name', models.CharField(max_length=160, verbose_name='name')),
                ('reason', models.CharField(choices=[('follow_up', 'We did not follow up'), ('undecided', 'Undecided'), ('budget', 'Budget'), ('rival', 'Chose another school'), ('empathy', 'No rapport'), ('lost_contact', 'Lost contact'), ('other', 'Other')], max_length=14, verbose_name='reason')),
                ('age', models.CharField(choices=[('3m', 'Up to 3 months'), ('6m', '3 to 6 months'), ('12m', '6 to 12 months'), ('older', 'Longer than a year')], max_length=5, verbose_name='lost since')),
                ('kind', models.CharField(choices=[('email', 'E-mail'), ('drip', 'Series of messages'), ('call', 'Calls'), ('adviser', 'Another adviser'), ('contact', 'Another way to reach them')], max_length=7, verbose_name='what is done')),
                ('held_out_percent', models.PositiveSmallIntegerField(default=20, validators=[django.core.validators.MaxValueValidator(90)], verbose_name='left alone, in %')),
                ('days', models.PositiveSmallIntegerField(default=90, verbose_name='days counted after it')),
                ('claimed_low', models.PositiveSmallIntegerField(default=5)),
                ('claimed_high', models.PositiveSmallIntegerField(default=35)),
                ('state', models.CharField(choices=[('draft', 'Draft'), ('running', 'Running'), ('halted', 'Halted'), ('done', 'Done')], default='draft', max_length=7, verbose_name='state')),
                ('made_at', models.DateTimeField()),
                ('started_at', models.DateTimeField(blank=True, null=True)),
                ('ends_at', models.DateTimeField(blank=True, null=True)),
                ('why', models.CharField(blank=True, max_length=250)),
            ],
            options={
                'verbose_name': 'play',
                'verbose_name_plural': 'plays',
                'permissions': [('run_play', 'Can start and halt plays')],
            },
        ),
        migrations.CreateModel(
            name='PlayMember',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('is_held_out', models.BooleanField(default=False)),
                ('state', models.CharField(choices=[('waiting', 'Waiting'), ('done', 'Done'), ('out', 'Taken out')], default='waiting', max_length=7)),
                ('why', models.CharField(blank=True, max_length=120)),
                ('acted_at', models.DateTimeField(blank=True, null=True)),
                ('revived_at', models.DateTimeField(blank=True, null=True)),
                ('enrolled_at', models.DateTimeField(blank=True, null=True)),
            ],
            options={
                'verbose_name': 'enquiry in a play',
                'verbose_name_plural': 'enquiries in plays',
            },
        ),
        migrations.CreateModel(
            name='Session',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uuid', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('kind', models.CharField(choices=[('info', 'Information session'), ('open_day', 'Open day'), ('group', 'Group talk'), ('taster', 'Taster class')], default='info', max_length=8, verbose_name='kind')),
                ('title_ca', models.CharField(max_length=160, verbose_name='title in Catalan')),
                ('title_es', models.CharField(blank=True, max_length=160, verbose_name='title in Spanish')),
                ('title_en', models.CharField(blank=True, max_length=160, verbose_name='title in English')),
                ('text_ca', models.TextField(blank=True, verbose_name='text in Catalan')),
                ('text_es', models.TextField(blank=True, verbose_name='text in Spanish')),
                ('text_en', models.TextField(blank=True, verbose_name='text in English')),
                ('language', models.CharField(choices=[('ca', 'Català'), ('es', 'Español'), ('en', 'English')], default='ca', max_length=5, verbose_name='held in')),
                ('way', models.CharField(choices=[('on_site', 'On site'), ('online', 'Online'), ('both', 'On site and online')], default='on_site', max_length=7, verbose_name='where')),
                ('room', models.CharField(blank=True, max_length=120, verbose_name='room')),
                ('online_address', models.URLField(blank=True, max_length=500, verbose_name='address of the meeting')),
                ('starts_at', models.DateTimeField(verbose_name='starts')),
                ('ends_at', models.DateTimeField(verbose_name='ends')),
                ('closes_at', models.DateTimeField(blank=True, null=True, verbose_name='booking closes')),
                ('seats', models.PositiveIntegerField(default=0, verbose_name='places on site')),
                ('online_seats', models.PositiveIntegerField(blank=True, null=True, verbose_name='places online')),
                ('has_waiting_list', models.BooleanField(default=True, verbose_name='waiting list')),
                ('reminders', models.JSONField(blank=True, default=list, verbose_name='reminders, hours before')),
                ('state', models.CharField(choices=[('draft', 'Draft'), ('open', 'Open'), ('held', 'Held'), ('off', 'Called off')], default='draft', max_length=5, verbose_name='state')),
                ('sequence', models.PositiveIntegerField(default=0, editable=False)),
                ('changed_at', models.DateTimeField(editable=False)),
            ],
            options={
                'verbose_name': 'information session',
                'verbose_name_plural': 'information sessions',
                'permissions': [('check_in', 'Can check people in at sessions')],
            },
        ),
        migrations.CreateModel(
            name='SessionPlace',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uuid', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('is_online', models.BooleanField(default=False, verbose_name='online')),
                ('state', models.CharField(choices=[('booked', 'Booked'), ('waiting', 'On the waiting list'), ('off', 'Called off'), ('attended', 'Came'), ('no_show', 'Did not come')], default='booked', max_length=8, verbose_name='state')),
                ('language', models.CharField(choices=[('ca', 'Català'), ('es', 'Español'), ('en', 'English')], default='ca', max_length=5)),
                ('booked_at', models.DateTimeField(verbose_name='booked')),
                ('moved_up_at', models.DateTimeField(blank=True, null=True)),
                ('cancelled_at', models.DateTimeField(blank=True, null=True)),
                ('checked_in_at', models.DateTimeField(blank=True, null=True, verbose_name='came at')),
                ('reminded', models.JSONField(blank=True, default=list)),
            ],
            options={
                'verbose_name': 'place at a session',
                'verbose_name_plural': 'places at sessions',
            },
        ),
        migrations.CreateModel(
            name='ShortLink',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.SlugField(max_length=40, unique=True, verbose_name='code')),
                ('name', models.CharField(max_length=160, verbose_name='name')),
                ('address', models.CharField(blank=True, max_length=300, verbose_name='or an address of our website')),
                ('source', models.CharField(max_length=120, verbose_name='source')),
                ('medium', models.CharField(choices=[('email', 'E-mail'), ('social', 'Social networks'), ('search', 'Search advertising'), ('display', 'Display advertising'), ('web', 'Own website'), ('call', 'Calls'), ('mail', 'Letters'), ('press', 'Press'), ('radio', 'Radio and television'), ('outdoor', 'Posters'), ('fair', 'Fairs and events'), ('partner', 'Partners'), ('other', 'Other')], max_length=8, verbose_name='medium')),
                ('ends_on', models.DateField(blank=True, null=True, verbose_name='until')),
                ('made_at', models.DateTimeField(editable=False)),
            ],
            options={
                'verbose_name': 'short link',
                'verbose_name_plural': 'short links',
            },
        ),
        migrations.CreateModel(
            name='ShortLinkCount',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('on', models.DateField()),
                ('visits', models.PositiveIntegerField(default=0)),
            ],
            options={
                'verbose_name': 'count of a short link',
                'verbose_name_plural': 'counts of short links',
            },
        ),
        migrations.CreateModel(
            name='SocialChannel',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('network', models.CharField(choices=[('instagram', 'Instagram'), ('linkedin', 'LinkedIn'), ('facebook', 'Facebook'), ('tiktok', 'TikTok'), ('youtube', 'YouTube'), ('x', 'X'), ('reviews', 'Review sites'), ('press', 'Press'), ('other', 'Other')], max_length=9, verbose_name='network')),
                ('handle', models.CharField(max_length=120, verbose_name='name there')),
                ('goal', models.CharField(blank=True, max_length=250, verbose_name='what for')),
                ('posts_per_week', models.PositiveSmallIntegerField(default=1, verbose_name='posts a week')),
            ],
            options={
                'verbose_name': 'social channel',
                'verbose_name_plural': 'social channels',
            },
        ),
        migrations.CreateModel(
            name='SocialPost',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('on', models.DateField(verbose_name='on')),
                ('text', models.TextField(verbose_name='text')),
                ('address', models.URLField(blank=True, max_length=500, verbose_name='address')),
                ('is_published', models.BooleanField(default=False, verbose_name='published')),
                ('reach', models.PositiveIntegerField(blank=True, null=True, verbose_name='reach')),
                ('reactions', models.PositiveIntegerField(blank=True, null=True, verbose_name='reactions')),
            ],
            options={
                'verbose_name': 'post',
                'verbose_name_plural': 'posts',
            },
        ),
        migrations.CreateModel(
            name='SpamWord',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('word', models.CharField(max_length=60, unique=True)),
                ('spam', models.PositiveIntegerField(default=0)),
                ('real', models.PositiveIntegerField(default=0)),
            ],
            options={
                'verbose_name': 'word of a suspect',
                'verbose_name_plural': 'words of suspects',
            },
        ),
        migrations.CreateModel(
            name='Spending',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('on', models.DateField(verbose_name='on')),
                ('amount_minor', models.BigIntegerField(verbose_name='amount in minor units')),
                ('currency', models.CharField(default='EUR', max_length=3, verbose_name='currency')),
                ('note', models.CharField(blank=True, max_length=250, verbose_name='what for')),
                ('noted_at', models.DateTimeField()),
            ],
            options={
                'verbose_name': 'spending',
                'verbose_name_plural': 'spendings',
            },
        ),
        migrations.CreateModel(
            name='SpokenSource',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name_ca', models.CharField(max_length=120, verbose_name='name in Catalan')),
                ('name_es', models.CharField(max_length=120, verbose_name='name in Spanish')),
                ('name_en', models.CharField(max_length=120, verbose_name='name in English')),
                ('code', models.SlugField(max_length=40, unique=True, verbose_name='code')),
                ('medium', models.CharField(choices=[('email', 'E-mail'), ('social', 'Social networks'), ('search', 'Search advertising'), ('display', 'Display advertising'), ('web', 'Own website'), ('call', 'Calls'), ('mail', 'Letters'), ('press', 'Press'), ('radio', 'Radio and television'), ('outdoor', 'Posters'), ('fair', 'Fairs and events'), ('partner', 'Partners'), ('other', 'Other')], max_length=8, verbose_name='medium')),
                ('position', models.PositiveSmallIntegerField(default=0, verbose_name='place')),
                ('is_offered', models.BooleanField(default=True, verbose_name='can be chosen')),
            ],
            options={
                'verbose_name': 'spoken source',
                'verbose_name_plural': 'spoken sources',
            },
        ),
        migrations.CreateModel(
            name='StaleDay',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('on', models.DateField(unique=True)),
                ('since', models.DateTimeField()),
            ],
            options={
                'verbose_name': 'day to be counted again',
                'verbose_name_plural': 'days to be counted again',
            },
        ),
        migrations.CreateModel(
            name='Submission',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uuid', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('at', models.DateTimeField()),
                ('door', models.CharField(choices=[('form', 'Form'), ('api', 'API'), ('webhook', 'Webhook')], default='form', max_length=7)),
                ('variant', models.CharField(blank=True, max_length=1)),
                ('page_url', models.CharField(blank=True, max_length=500, verbose_name='page')),
                ('outcome', models.CharField(choices=[('enquiry', 'Enquiry'), ('repeated', 'Sent twice'), ('suspect', 'Suspect'), ('refused', 'Refused')], max_length=8, verbose_name='outcome')),
                ('key', models.CharField(blank=True, max_length=200)),
                ('reasons', models.JSONField(blank=True, default=list)),
                ('score', models.FloatField(blank=True, null=True)),
                ('payload', models.JSONField(blank=True, null=True)),
                ('decision', models.CharField(blank=True, choices=[('real', 'Real'), ('spam', 'Advertising')], max_length=4, verbose_name='decision')),
                ('decided_at', models.DateTimeField(blank=True, null=True)),
            ],
            options={
                'verbose_name': 'submission',
                'verbose_name_plural': 'submissions',
                'permissions': [('decide_submission', 'Can decide about suspect submissions')],
            },
        ),
        migrations.CreateModel(
            name='TimeSpent',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('on', models.DateField(verbose_name='on')),
                ('minutes', models.PositiveIntegerField(validators=[django.core.validators.MaxValueValidator(1440)], verbose_name='minutes')),
                ('note', models.CharField(blank=True, max_length=250, verbose_name='what for')),
            ],
            options={
                'verbose_name': 'time spent on a campaign',
                'verbose_name_plural': 'times spent on campaigns',
            },
        ),
        migrations.CreateModel(
            name='TopicInterest',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('said_at', models.DateTimeField()),
            ],
            options={
                'verbose_name': 'interest in a topic',
                'verbose_name_plural': 'interests in topics',
            },
        ),
        migrations.CreateModel(
            name='Touch',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField()),
                ('kind', models.CharField(choices=[('link', 'Marked link'), ('ad', 'Advertisement'), ('search', 'Search engine'), ('referral', 'Other website'), ('direct', 'Straight to us'), ('short', 'Short link'), ('print', 'Printed code'), ('phone', 'Telephone number of a campaign'), ('spoken', 'They said so'), ('send', 'Message of ours'), ('file', 'List of leads'), ('partner', 'Partner')], max_length=8, verbose_name='kind')),
                ('source', models.CharField(blank=True, max_length=120, verbose_name='source')),
                ('medium', models.CharField(blank=True, max_length=120, verbose_name='medium')),
                ('marks', models.JSONField(blank=True, default=dict)),
                ('referrer', models.CharField(blank=True, max_length=300, verbose_name='came from')),
                ('landing', models.CharField(blank=True, max_length=300, verbose_name='first page')),
            ],
            options={
                'verbose_name': 'touch',
                'verbose_name_plural': 'touches',
            },
        ),
        migrations.CreateModel(
            name='Visitor',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uuid', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('agreed_at', models.DateTimeField()),
                ('wording_version', models.CharField(blank=True, max_length=40)),
                ('seen_at', models.DateTimeField()),
            ],
            options={
                'verbose_name': 'remembered browser',
                'verbose_name_plural': 'remembered browsers',
            },
        ),
        migrations.AlterModelOptions(
            name='campaign',
            options={'permissions': [('launch_campaign', 'Can let campaigns go live and close them')], 'verbose_name': 'campaign', 'verbose_name_plural': 'campaigns'},
        ),
        migrations.AddField(
            model_name='campaign',
            name='baseline',
            field=models.BigIntegerField(blank=True, null=True, verbose_name='where we stand'),
        ),
        migrations.AddField(
            model_name='campaign',
            name='closed_at',
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='campaign',
            name='launched_at',
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='campaign',
            name='metric',
            field=models.CharField(blank=True, choices=[('enquiries', 'Enquiries'), ('contacts', 'People reached'), ('applications', 'Applications'), ('enrolments', 'Enrolments'), ('collected', 'Money collected'), ('attended', 'People at information sessions')], max_length=12, verbose_name='what is measured'),
        ),
        migrations.AddField(
            model_name='campaign',
            name='parent',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='children', to='enquiries.campaign', verbose_name='part of'),
        ),
        migrations.AddField(
            model_name='campaign',
            name='target',
            field=models.BigIntegerField(blank=True, null=True, verbose_name='where we want to be'),
        ),
        migrations.AddField(
            model_name='enquiry',
            name='applied_at',
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='enquiry',
            name='attempts',
            field=models.PositiveSmallIntegerField(db_default=0, default=0),
        ),
        migrations.AddField(
            model_name='enquiry',
            name='contacted_at',
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='enquiry',
            name='enrolled_at',
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='enquiry',
            name='invalid_rule',
            field=models.CharField(blank=True, choices=[('test', 'A test of ours'), ('spam', 'Advertising'), ('twice', 'The same question a second time'), ('no_way', 'No address or number that exists'), ('no_prospect', 'No prospect: wants work, sells something, is a student already'), ('elsewhere', 'Asks for what we do not teach'), ('child', 'A child without a guardian')], db_default='', max_length=11),
        ),
        migrations.AddField(
            model_name='enquiry',
            name='rival',
            field=models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='programmes.competitor'),
        ),
        migrations.AddField(
            model_name='enquiry',
            name='variant',
            field=models.CharField(blank=True, db_default='', max_length=1),
        ),
        migrations.AddField(
            model_name='enquirymove',
            name='why',
            field=models.CharField(blank=True, db_default='', max_length=14),
        ),
        migrations.AddConstraint(
            model_name='campaign',
            constraint=models.CheckConstraint(condition=models.Q(('parent', None), models.Q(('parent', models.F('pk')), _negated=True), _connector='OR'), name='campaign_is_no_part_of_itself'),
        ),
        migrations.AddField(
            model_name='answerfile',
            name='enquiry',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='files', to='enquiries.enquiry'),
        ),
        migrations.AddField(
            model_name='appointment',
            name='adviser',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='appointments', to=settings.AUTH_USER_MODEL, verbose_name='adviser'),
        ),
        migrations.AddField(
            model_name='appointment',
            name='booked_by',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='appointment',
            name='case',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='contact_centre.case'),
        ),
        migrations.AddField(
            model_name='appointment',
            name='enquiry',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='appointments', to='enquiries.enquiry'),
        ),
        migrations.AddField(
            model_name='appointment',
            name='person',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='appointments', to='people.person'),
        ),
        migrations.AddField(
            model_name='bookablehours',
            name='campus',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='programmes.campus', verbose_name='campus'),
        ),
        migrations.AddField(
            model_name='bookablehours',
            name='user',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='bookable_hours', to=settings.AUTH_USER_MODEL, verbose_name='adviser'),
        ),
        migrations.AddField(
            model_name='calendarkey',
            name='user',
            field=models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='campaignaction',
            name='campaign',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='actions', to='enquiries.campaign'),
        ),
        migrations.AddField(
            model_name='campaignaction',
            name='files',
            field=models.ManyToManyField(blank=True, related_name='+', to='wagtaildocs.document', verbose_name='files'),
        ),
        migrations.AddField(
            model_name='campaignaction',
            name='owner',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='owner'),
        ),
        migrations.AddField(
            model_name='campaignaction',
            name='send',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='contact_centre.send', verbose_name='send'),
        ),
        migrations.AddField(
            model_name='enquiry',
            name='action',
            field=models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='enquiries', to='enquiries.campaignaction'),
        ),
        migrations.AddField(
            model_name='campaignaudience',
            name='campaign',
            field=modelcluster.fields.ParentalKey(on_delete=django.db.models.deletion.CASCADE, related_name='audiences', to='enquiries.campaign'),
        ),
        migrations.AddField(
            model_name='campaignaudience',
            name='segment',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='contact_centre.segment', verbose_name='segment'),
        ),
        migrations.AddField(
            model_name='campaignchange',
            name='by',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='campaignchange',
            name='campaign',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='changes', to='enquiries.campaign'),
        ),
        migrations.AddField(
            model_name='campaignchannel',
            name='campaign',
            field=modelcluster.fields.ParentalKey(on_delete=django.db.models.deletion.CASCADE, related_name='channels', to='enquiries.campaign'),
        ),
        migrations.AddField(
            model_name='campaignhelper',
            name='campaign',
            field=modelcluster.fields.ParentalKey(on_delete=django.db.models.deletion.CASCADE, related_name='helpers', to='enquiries.campaign'),
        ),
        migrations.AddField(
            model_name='campaignhelper',
            name='user',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='who'),
        ),
        migrations.AddField(
            model_name='campaignnumber',
            name='action',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='numbers', to='enquiries.campaignaction', verbose_name='action'),
        ),
        migrations.AddField(
            model_name='campaignnumber',
            name='campaign',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='numbers', to='enquiries.campaign', verbose_name='campaign'),
        ),
        migrations.AddField(
            model_name='campaignstep',
            name='by',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='campaignstep',
            name='campaign',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='steps', to='enquiries.campaign'),
        ),
        migrations.AddField(
            model_name='campaigntarget',
            name='campaign',
            field=modelcluster.fields.ParentalKey(on_delete=django.db.models.deletion.CASCADE, related_name='targets', to='enquiries.campaign'),
        ),
        migrations.AddField(
            model_name='campaigntarget',
            name='intake',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='programmes.intake', verbose_name='intake'),
        ),
        migrations.AddField(
            model_name='campaigntarget',
            name='programme',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='programmes.programme', verbose_name='programme'),
        ),
        migrations.AddField(
            model_name='closedcell',
            name='by',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='closedcell',
            name='programme',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='programmes.programme'),
        ),
        migrations.AddField(
            model_name='download',
            name='enquiry',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='enquiries.enquiry'),
        ),
        migrations.AddField(
            model_name='download',
            name='person',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='people.person'),
        ),
        migrations.AddField(
            model_name='form',
            name='by',
            field=models.ForeignKey(blank=True, editable=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='form',
            name='campaign',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='forms', to='enquiries.campaign', verbose_name='campaign'),
        ),
        migrations.AddField(
            model_name='form',
            name='document',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='wagtaildocs.document', verbose_name='guide'),
        ),
        migrations.AddField(
            model_name='form',
            name='notified',
            field=models.ManyToManyField(blank=True, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='who is told'),
        ),
        migrations.AddField(
            model_name='form',
            name='programme',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='programmes.programme', verbose_name='programme'),
        ),
        migrations.AddField(
            model_name='form',
            name='thanks_page',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.WAGTAIL_PAGE_MODEL, verbose_name='page after it'),
        ),
        migrations.AddField(
            model_name='download',
            name='form',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='downloads', to='enquiries.form'),
        ),
        migrations.AddField(
            model_name='enquiry',
            name='form',
            field=models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='enquiries', to='enquiries.form'),
        ),
        migrations.AddField(
            model_name='formcount',
            name='form',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='counts', to='enquiries.form'),
        ),
        migrations.AddField(
            model_name='formfield',
            name='form',
            field=modelcluster.fields.ParentalKey(on_delete=django.db.models.deletion.CASCADE, related_name='fields', to='enquiries.form'),
        ),
        migrations.AddField(
            model_name='formfieldcount',
            name='form',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='field_counts', to='enquiries.form'),
        ),
        migrations.AddField(
            model_name='formvariant',
            name='form',
            field=modelcluster.fields.ParentalKey(on_delete=django.db.models.deletion.CASCADE, related_name='variants', to='enquiries.form'),
        ),
        migrations.AddField(
            model_name='formwords',
            name='form',
            field=modelcluster.fields.ParentalKey(on_delete=django.db.models.deletion.CASCADE, related_name='words', to='enquiries.form'),
        ),
        migrations.AddField(
            model_name='interest',
            name='by',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='interest',
            name='enquiry',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='interests', to='enquiries.enquiry'),
        ),
        migrations.AddField(
            model_name='interest',
            name='intake',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='programmes.intake'),
        ),
        migrations.AddField(
            model_name='interest',
            name='programme',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='programmes.programme'),
        ),
        migrations.AddField(
            model_name='leadagreement',
            name='intake',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='programmes.intake', verbose_name='intake'),
        ),
        migrations.AddField(
            model_name='leadagreement',
            name='marketing_by',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='for marketing'),
        ),
        migrations.AddField(
            model_name='leadagreement',
            name='profile',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='contact_centre.segment', verbose_name='profile'),
        ),
        migrations.AddField(
            model_name='leadagreement',
            name='programme',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='programmes.programme', verbose_name='programme'),
        ),
        migrations.AddField(
            model_name='leadagreement',
            name='sales_by',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='for sales'),
        ),
        migrations.AddField(
            model_name='leaddoor',
            name='campaign',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='doors', to='enquiries.campaign', verbose_name='campaign'),
        ),
        migrations.AddField(
            model_name='marketingplan',
            name='campaigns',
            field=models.ManyToManyField(blank=True, related_name='plans', to='enquiries.campaign', verbose_name='campaigns'),
        ),
        migrations.AddField(
            model_name='marketingplan',
            name='owner',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='owner'),
        ),
        migrations.AddField(
            model_name='marketstudy',
            name='campaigns',
            field=models.ManyToManyField(blank=True, related_name='studies', to='enquiries.campaign', verbose_name='campaigns'),
        ),
        migrations.AddField(
            model_name='marketstudy',
            name='filed_by',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='filed by'),
        ),
        migrations.AddField(
            model_name='marketstudy',
            name='files',
            field=models.ManyToManyField(blank=True, related_name='+', to='wagtaildocs.document', verbose_name='files'),
        ),
        migrations.AddField(
            model_name='marketstudy',
            name='programmes',
            field=models.ManyToManyField(blank=True, related_name='+', to='programmes.programme', verbose_name='programmes'),
        ),
        migrations.AddField(
            model_name='mention',
            name='answered_by',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='answered by'),
        ),
        migrations.AddField(
            model_name='mention',
            name='by',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='by'),
        ),
        migrations.AddField(
            model_name='mention',
            name='campaign',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='mentions', to='enquiries.campaign', verbose_name='campaign'),
        ),
        migrations.AddField(
            model_name='mention',
            name='person',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='mentions', to='people.person', verbose_name='person'),
        ),
        migrations.AddField(
            model_name='mention',
            name='rival',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='programmes.competitor', verbose_name='about the rival'),
        ),
        migrations.AddField(
            model_name='originfigure',
            name='action',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='enquiries.campaignaction'),
        ),
        migrations.AddField(
            model_name='originfigure',
            name='campaign',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='enquiries.campaign'),
        ),
        migrations.AddField(
            model_name='originfigure',
            name='programme',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='programmes.programme'),
        ),
        migrations.AddField(
            model_name='partner',
            name='owner',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='owner'),
        ),
        migrations.AddField(
            model_name='leaddoor',
            name='partner',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='doors', to='enquiries.partner', verbose_name='partner'),
        ),
        migrations.AddField(
            model_name='enquiry',
            name='partner',
            field=models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='enquiries', to='enquiries.partner'),
        ),
        migrations.AddField(
            model_name='partneragreement',
            name='file',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='wagtaildocs.document', verbose_name='file'),
        ),
        migrations.AddField(
            model_name='partneragreement',
            name='partner',
            field=modelcluster.fields.ParentalKey(on_delete=django.db.models.deletion.CASCADE, related_name='agreements', to='enquiries.partner'),
        ),
        migrations.AddField(
            model_name='planreview',
            name='by',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='by'),
        ),
        migrations.AddField(
            model_name='planreview',
            name='plan',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='reviews', to='enquiries.marketingplan'),
        ),
        migrations.AddField(
            model_name='plantarget',
            name='plan',
            field=modelcluster.fields.ParentalKey(on_delete=django.db.models.deletion.CASCADE, related_name='targets', to='enquiries.marketingplan'),
        ),
        migrations.AddField(
            model_name='play',
            name='by',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='play',
            name='call_list',
            field=models.ForeignKey(blank=True, editable=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='contact_centre.calllist'),
        ),
        migrations.AddField(
            model_name='play',
            name='journey',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='contact_centre.journey', verbose_name='journey'),
        ),
        migrations.AddField(
            model_name='play',
            name='programme',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='programmes.programme', verbose_name='programme'),
        ),
        migrations.AddField(
            model_name='play',
            name='template',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='contact_centre.messagetemplate', verbose_name='template'),
        ),
        migrations.AddField(
            model_name='playmember',
            name='enquiry',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='plays', to='enquiries.enquiry'),
        ),
        migrations.AddField(
            model_name='playmember',
            name='person',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='people.person'),
        ),
        migrations.AddField(
            model_name='playmember',
            name='play',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='members', to='enquiries.play'),
        ),
        migrations.AddField(
            model_name='session',
            name='campaign',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='sessions', to='enquiries.campaign', verbose_name='campaign'),
        ),
        migrations.AddField(
            model_name='session',
            name='campus',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='programmes.campus', verbose_name='campus'),
        ),
        migrations.AddField(
            model_name='session',
            name='hosts',
            field=models.ManyToManyField(blank=True, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='hosts'),
        ),
        migrations.AddField(
            model_name='session',
            name='programme',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='sessions', to='programmes.programme', verbose_name='programme'),
        ),
        migrations.AddField(
            model_name='sessionplace',
            name='checked_in_by',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='sessionplace',
            name='enquiry',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='session_places', to='enquiries.enquiry'),
        ),
        migrations.AddField(
            model_name='sessionplace',
            name='person',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='session_places', to='people.person'),
        ),
        migrations.AddField(
            model_name='sessionplace',
            name='session',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='places', to='enquiries.session'),
        ),
        migrations.AddField(
            model_name='shortlink',
            name='action',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='short_links', to='enquiries.campaignaction', verbose_name='action'),
        ),
        migrations.AddField(
            model_name='shortlink',
            name='by',
            field=models.ForeignKey(blank=True, editable=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='shortlink',
            name='campaign',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='short_links', to='enquiries.campaign', verbose_name='campaign'),
        ),
        migrations.AddField(
            model_name='shortlink',
            name='page',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.WAGTAIL_PAGE_MODEL, verbose_name='page'),
        ),
        migrations.AddField(
            model_name='shortlinkcount',
            name='link',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='counts', to='enquiries.shortlink'),
        ),
        migrations.AddField(
            model_name='socialchannel',
            name='owner',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='owner'),
        ),
        migrations.AddField(
            model_name='socialpost',
            name='action',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='enquiries.campaignaction', verbose_name='action'),
        ),
        migrations.AddField(
            model_name='socialpost',
            name='by',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='by'),
        ),
        migrations.AddField(
            model_name='socialpost',
            name='campaign',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='posts', to='enquiries.campaign', verbose_name='campaign'),
        ),
        migrations.AddField(
            model_name='socialpost',
            name='channel',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='posts', to='enquiries.socialchannel', verbose_name='channel'),
        ),
        migrations.AddField(
            model_name='spending',
            name='action',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='spendings', to='enquiries.campaignaction', verbose_name='action'),
        ),
        migrations.AddField(
            model_name='spending',
            name='by',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='spending',
            name='campaign',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='spendings', to='enquiries.campaign'),
        ),
        migrations.AddField(
            model_name='submission',
            name='decided_by',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='submission',
            name='enquiry',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='submissions', to='enquiries.enquiry'),
        ),
        migrations.AddField(
            model_name='submission',
            name='form',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='submissions', to='enquiries.form'),
        ),
        migrations.AddField(
            model_name='answerfile',
            name='submission',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='files', to='enquiries.submission'),
        ),
        migrations.AddField(
            model_name='timespent',
            name='campaign',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='times', to='enquiries.campaign'),
        ),
        migrations.AddField(
            model_name='timespent',
            name='user',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='who'),
        ),
        migrations.AddField(
            model_name='topicinterest',
            name='form',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='enquiries.form'),
        ),
        migrations.AddField(
            model_name='topicinterest',
            name='person',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='topic_interests', to='people.person'),
        ),
        migrations.AddField(
            model_name='topicinterest',
            name='topic',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='programmes.topic'),
        ),
        migrations.AddField(
            model_name='touch',
            name='action',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='touches', to='enquiries.campaignaction'),
        ),
        migrations.AddField(
            model_name='touch',
            name='campaign',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='touches', to='enquiries.campaign'),
        ),
        migrations.AddField(
            model_name='touch',
            name='enquiry',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='touches', to='enquiries.enquiry'),
        ),
        migrations.AddField(
            model_name='touch',
            name='person',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='touches', to='people.person'),
        ),
        migrations.AddField(
            model_name='touch',
            name='print_batch',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='programmes.printbatch'),
        ),
        migrations.AddField(
            model_name='visitor',
            name='person',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='browsers', to='people.person'),
        ),
        migrations.AddField(
            model_name='touch',
            name='visitor',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='touches', to='enquiries.visitor'),
        ),
        migrations.AddIndex(
            model_name='appointment',
            index=models.Index(fields=['adviser', 'starts_at'], name='appointment_by_adviser'),
        ),
        migrations.AddIndex(
            model_name='appointment',
            index=models.Index(condition=models.Q(('state', 'booked')), fields=['starts_at'], name='appointment_by_time'),
        ),
        migrations.AddIndex(
            model_name='appointment',
            index=models.Index(fields=['person', '-starts_at'], name='appointment_by_person'),
        ),
        migrations.AddConstraint(
            model_name='appointment',
            constraint=models.UniqueConstraint(condition=models.Q(('state', 'booked')), fields=('adviser', 'starts_at'), name='appointment_no_double'),
        ),
        migrations.AddConstraint(
            model_name='appointment',
            constraint=models.CheckConstraint(condition=models.Q(('ends_at__gt', models.F('starts_at'))), name='appointment_ends_after_start'),
        ),
        migrations.AddConstraint(
            model_name='bookablehours',
            constraint=models.CheckConstraint(condition=models.Q(('until_time__gt', models.F('from_time'))), name='bookable_hours_end_after_start'),
        ),
        migrations.AddIndex(
            model_name='campaignaction',
            index=models.Index(fields=['starts_on'], name='campaign_action_by_day'),
        ),
        migrations.AddConstraint(
            model_name='campaignaction',
            constraint=models.UniqueConstraint(fields=('campaign', 'code'), name='campaign_action_code'),
        ),
        migrations.AddConstraint(
            model_name='campaignaction',
            constraint=models.CheckConstraint(condition=models.Q(('ends_on', None), ('ends_on__gte', models.F('starts_on')), _connector='OR'), name='campaign_action_ends_after_start'),
        ),
        migrations.AddConstraint(
            model_name='campaignaudience',
            constraint=models.CheckConstraint(condition=models.Q(('segment__isnull', False), models.Q(('words', ''), _negated=True), _connector='OR'), name='campaign_audience_is_somebody'),
        ),
        migrations.AddIndex(
            model_name='campaignchange',
            index=models.Index(fields=['campaign', 'at'], name='campaign_change_by_time'),
        ),
        migrations.AddConstraint(
            model_name='campaignchannel',
            constraint=models.UniqueConstraint(fields=('campaign', 'medium'), name='campaign_medium_once'),
        ),
        migrations.AddConstraint(
            model_name='campaignhelper',
            constraint=models.UniqueConstraint(fields=('campaign', 'user'), name='campaign_helper_once'),
        ),
        migrations.AddIndex(
            model_name='campaignnumber',
            index=models.Index(fields=['number', 'from_day'], name='campaign_number_by_day'),
        ),
        migrations.AddConstraint(
            model_name='campaignstep',
            constraint=models.UniqueConstraint(fields=('campaign', 'step'), name='campaign_step_once'),
        ),
        migrations.AddConstraint(
            model_name='campaigntarget',
            constraint=models.UniqueConstraint(fields=('campaign', 'programme', 'intake'), name='campaign_target_once', nulls_distinct=False),
        ),
        migrations.AddConstraint(
            model_name='closedcell',
            constraint=models.UniqueConstraint(fields=('reason', 'age', 'programme'), name='closed_cell_once', nulls_distinct=False),
        ),
        migrations.AddIndex(
            model_name='download',
            index=models.Index(fields=['form', 'at'], name='download_by_form'),
        ),
        migrations.AddConstraint(
            model_name='formcount',
            constraint=models.UniqueConstraint(fields=('form', 'variant', 'on'), name='form_count_a_day'),
        ),
        migrations.AddConstraint(
            model_name='formfield',
            constraint=models.UniqueConstraint(fields=('form', 'key'), name='form_field_once'),
        ),
        migrations.AddConstraint(
            model_name='formfieldcount',
            constraint=models.UniqueConstraint(fields=('form', 'key', 'on'), name='form_field_count_a_day'),
        ),
        migrations.AddConstraint(
            model_name='formvariant',
            constraint=models.UniqueConstraint(fields=('form', 'letter'), name='form_variant_once'),
        ),
        migrations.AddConstraint(
            model_name='formwords',
            constraint=models.UniqueConstraint(fields=('form', 'language'), name='form_words_once'),
        ),
        migrations.AddConstraint(
            model_name='interest',
            constraint=models.UniqueConstraint(fields=('enquiry', 'programme'), name='interest_once'),
        ),
        migrations.AddConstraint(
            model_name='leadagreement',
            constraint=models.CheckConstraint(condition=models.Q(('until_day__gte', models.F('from_day'))), name='lead_agreement_ends_after_start'),
        ),
        migrations.AddConstraint(
            model_name='marketingplan',
            constraint=models.UniqueConstraint(fields=('year', 'name'), name='marketing_plan_once'),
        ),
        migrations.AddIndex(
            model_name='mention',
            index=models.Index(fields=['-said_at'], name='mention_by_time'),
        ),
        migrations.AddIndex(
            model_name='mention',
            index=models.Index(condition=models.Q(('answered_at', None), ('needs_answer', True)), fields=['due_at'], name='mention_waiting'),
        ),
        migrations.AddConstraint(
            model_name='mention',
            constraint=models.UniqueConstraint(condition=models.Q(('address', ''), _negated=True), fields=('address',), name='mention_once'),
        ),
        migrations.AddIndex(
            model_name='originfigure',
            index=models.Index(fields=['model', 'on'], name='origin_figure_by_day'),
        ),
        migrations.AddIndex(
            model_name='originfigure',
            index=models.Index(fields=['campaign', 'model', 'on'], name='origin_figure_by_campaign'),
        ),
        migrations.AddConstraint(
            model_name='plantarget',
            constraint=models.UniqueConstraint(fields=('plan', 'quarter', 'metric'), name='plan_target_once'),
        ),
        migrations.AddIndex(
            model_name='playmember',
            index=models.Index(condition=models.Q(('is_held_out', False), ('state', 'waiting')), fields=['play', 'id'], name='play_member_due'),
        ),
        migrations.AddIndex(
            model_name='playmember',
            index=models.Index(fields=['person'], name='play_member_by_person'),
        ),
        migrations.AddConstraint(
            model_name='playmember',
            constraint=models.UniqueConstraint(fields=('play', 'enquiry'), name='play_member_once'),
        ),
        migrations.AddConstraint(
            model_name='playmember',
            constraint=models.CheckConstraint(condition=models.Q(('is_held_out', False), ('acted_at', None), _connector='OR'), name='play_held_out_is_left_alone'),
        ),
        migrations.AddIndex(
            model_name='session',
            index=models.Index(fields=['starts_at'], name='session_by_time'),
        ),
        migrations.AddConstraint(
            model_name='session',
            constraint=models.CheckConstraint(condition=models.Q(('ends_at__gt', models.F('starts_at'))), name='session_ends_after_start'),
        ),
        migrations.AddIndex(
            model_name='sessionplace',
            index=models.Index(fields=['session', 'state', 'booked_at'], name='session_place_in_order'),
        ),
        migrations.AddConstraint(
            model_name='sessionplace',
            constraint=models.UniqueConstraint(condition=models.Q(('state', 'off'), _negated=True), fields=('session', 'person'), name='session_place_once'),
        ),
        migrations.AddConstraint(
            model_name='shortlinkcount',
            constraint=models.UniqueConstraint(fields=('link', 'on'), name='short_link_count_a_day'),
        ),
        migrations.AddConstraint(
            model_name='socialchannel',
            constraint=models.UniqueConstraint(fields=('network', 'handle'), name='social_channel_once'),
        ),
        migrations.AddIndex(
            model_name='socialpost',
            index=models.Index(fields=['on'], name='social_post_by_day'),
        ),
        migrations.AddIndex(
            model_name='spending',
            index=models.Index(fields=['campaign', 'on'], name='spending_by_campaign'),
        ),
        migrations.AddIndex(
            model_name='submission',
            index=models.Index(fields=['at'], name='submission_by_time'),
        ),
        migrations.AddIndex(
            model_name='submission',
            index=models.Index(fields=['form', 'at'], name='submission_by_form'),
        ),
        migrations.AddIndex(
            model_name='submission',
            index=models.Index(condition=models.Q(('decision', ''), ('outcome', 'suspect')), fields=['-at'], name='submission_waiting'),
        ),
        migrations.AddConstraint(
            model_name='submission',
            constraint=models.UniqueConstraint(condition=models.Q(('outcome', 'suspect'), models.Q(('key', ''), _negated=True)), fields=('key',), name='submission_suspect_once'),
        ),
        migrations.AddConstraint(
            model_name='topicinterest',
            constraint=models.UniqueConstraint(fields=('person', 'topic'), name='topic_interest_once'),
        ),
        migrations.AddIndex(
            model_name='visitor',
            index=models.Index(fields=['seen_at'], name='visitor_by_time'),
        ),
        migrations.AddIndex(
            model_name='touch',
            index=models.Index(fields=['person', 'at'], name='touch_by_person'),
        ),
        migrations.AddIndex(
            model_name='touch',
            index=models.Index(fields=['visitor', 'at'], name='touch_by_visitor'),
        ),
        migrations.AddIndex(
            model_name='touch',
            index=models.Index(fields=['campaign', 'at'], name='touch_by_campaign'),
        ),
    ]
