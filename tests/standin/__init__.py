"""A small Bitrix24 in one process: OAuth server, portals, their pages, and faults on demand."""
