"""Django's SQLite backend with writers that take turns: the engine of settings.py."""
