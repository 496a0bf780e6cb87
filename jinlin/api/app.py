"""The typed API, version 1."""

from ninja import NinjaAPI

api = NinjaAPI(title="Jinlin", version="1.0.0", docs_url=None)
