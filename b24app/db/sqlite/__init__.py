"""Django's SQLite backend whose writers queue: the engine of settings.py."""
