"""The board's map: outlines of the areas below, coloured by one measure; only counts and rates, nobody's position."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from jinlin.performance.queries import Child, MapArea
from jinlin.places.queries import area_name
from jinlin.places.queries.outlines import Outline, outlines
from jinlin.web.board.address import Address
from jinlin.web.board.shown import told


def shapes_of(children: Sequence[Child | MapArea]) -> dict[str, Outline]:
    """Return the outlines of areas, those without one left out."""
    return outlines([child.code for child in children if child.code])


def collection(children: Sequence[MapArea], address: Address) -> dict[str, Any]:
    """Return the GeoJSON of a map: the area itself as the ground, the areas below with value and words."""
    shapes = shapes_of(children)
    named = area_name(address.area)
    features = [
        _feature(child, shapes[child.code], address, named) for child in children if child.code in shapes
    ]
    home = outlines([address.area]).get(address.area) if 2 * len(features) < len(children) else None
    if home is not None:  # so much is white that the ground has to be shown
        ground = {"type": "Feature", "geometry": home.geometry, "properties": {"home": True}}
        features.insert(0, ground)
    return {"type": "FeatureCollection", "features": features}


def _feature(child: MapArea, outline: Outline, address: Address, home: str) -> dict[str, Any]:
    properties: dict[str, Any] = {
        "code": child.code,
        "name": child.name,
        "label": child.name.removeprefix(home) or child.name,
        "url": address.url(area=child.code) if len(child.code) == 12 else "",
        "at": outline.at,
        **_measured(child),
    }
    return {"type": "Feature", "geometry": outline.geometry, "properties": properties}


def _measured(child: MapArea) -> dict[str, Any]:
    """Return value and words of a measure; `lack` says why there is no value: "none" to count, or too "few"."""
    figure = child.figure
    if figure is None:
        lack = {"lack": "few"} if child.count is None else {}
        return {"value": child.count, "words": told(child.count), **lack}
    if figure.no_data:
        return {"value": None, "words": "–", "lack": "none"}
    if figure.value is None:
        return {"value": None, "words": figure.words, "lack": "few"}
    return {"value": float(figure.value), "words": figure.words}
