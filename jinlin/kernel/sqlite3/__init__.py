"""A Django database backend: SQLite with durable settings behind a fair write gate (`base`)."""
