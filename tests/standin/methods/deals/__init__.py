"""Methods about deals as their lists and filters see them: fields of one's own, items by filter."""
