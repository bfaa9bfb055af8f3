from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("b24app", "0004_console_indexes"),
    ]

    operations = [
        migrations.AddField(
            model_name="restcall",
            name="request_id",
            field=models.CharField(blank=True, default="", max_length=12),
        ),
    ]
