"""Migrations: one head per room, and no model that has drifted away from them."""

from __future__ import annotations

from django.apps import apps
from django.db import models
from django.db.migrations.autodetector import MigrationAutodetector
from django.db.migrations.graph import MigrationGraph
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.state import ModelState, ProjectState
from django.utils import translation


def own() -> set[str]:
    """Return the labels of our own apps."""
    return {config.label for config in apps.get_app_configs() if config.name.startswith("jinlin.")}


def heads(graph: MigrationGraph) -> dict[str, list[str]]:
    """Return app -> its last migrations, where there is more than one."""
    found: dict[str, list[str]] = {}
    for app, name in graph.leaf_nodes():
        found.setdefault(app, []).append(name)
    return {app: names for app, names in found.items() if len(names) > 1}


def drift(before: ProjectState, after: ProjectState, graph: MigrationGraph) -> list[str]:
    """Return app labels whose models ask for a migration nobody has written."""
    with translation.override(None):  # as makemigrations does: field titles are compared untranslated
        changes = MigrationAutodetector(before, after).changes(graph=graph)
    return [
        f"{app}: {operation.describe()}"
        for app, migrations in changes.items()
        if app in own()
        for migration in migrations
        for operation in migration.operations
    ]


def loaded() -> MigrationLoader:
    return MigrationLoader(None)


def test_single_heads() -> None:
    assert heads(loaded().graph) == {}


def test_no_drift() -> None:
    loader = loaded()
    assert drift(loader.project_state(), ProjectState.from_apps(apps), loader.graph) == []


def test_every_table_has_migrations() -> None:
    with_tables = {
        config.label
        for config in apps.get_app_configs()
        if config.label in own() and list(config.get_models())
    }
    assert with_tables <= {app for app, _name in loaded().graph.nodes}


def test_it_bites() -> None:
    graph = MigrationGraph()
    for name in ("0001", "0002_left", "0002_right"):
        graph.add_node(("cases", name), None)
    for name in ("0002_left", "0002_right"):
        graph.add_dependency(None, ("cases", name), ("cases", "0001"))
    assert list(heads(graph)) == ["cases"]
    loader = loaded()
    after = ProjectState.from_apps(apps)
    after.add_model(ModelState("people", "Drifted", [("id", models.BigAutoField(primary_key=True))]))
    assert drift(loader.project_state(), after, loader.graph) == ["people: Create model Drifted"]
