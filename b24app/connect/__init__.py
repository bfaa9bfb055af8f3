"""Signing in outside the frame, through django-allauth."""
