"""The demo street worked out in full: drawn grids, neighbour groups, compounds and buildings, and who works there."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path
from random import Random
from typing import Any, Final

from shapely.geometry import shape
from shapely.geometry.base import BaseGeometry

import jinlin.places
from jinlin.demo.cast import COUNTY, FIRST, SECOND, STREET, Cast
from jinlin.demo.land import Cell, geojson, point_in, tessellate
from jinlin.demo.plans import Place
from jinlin.kernel.errors import RuleBroken
from jinlin.orgs import actions as orgs
from jinlin.people.access import SYSTEM
from jinlin.places import actions as places
from jinlin.places import queries as place_queries
from jinlin.places.rules import grid_code, short_name

SHIPPED: Final = Path(jinlin.places.__file__).resolve().parent / "data"
NOTE: Final = "演示网格，不是真实边界"
_SERIALS: Final = "一二三四五六七八九"
_COMPOUNDS: Final = ("老家属院", "东苑", "西苑", "南苑")


def outline() -> BaseGeometry:
    """Return the shipped outline of the district."""
    features = json.loads((SHIPPED / "outlines_zhoukou.geojson").read_text("utf-8"))["features"]
    return shape(next(one["geometry"] for one in features if one["properties"]["code"] == COUNTY))


def draw_street(cast: Cast, rng: Random) -> list[Place]:
    """Draw the grids of every community of the street, man them all and return them with their shapes."""
    communities = [region.code for region in place_queries.children(STREET)]
    cells = tessellate(outline(), len(communities), rng)
    by_community: defaultdict[str, list[Cell]] = defaultdict(list)
    for cell in cells:
        by_community[communities[cell.community]].append(cell)
    features = [one for village, several in by_community.items() for one in _features(village, several)]
    report = places.import_grids(
        {"type": "FeatureCollection", "features": features}, datum="wgs84", actor=SYSTEM, note=NOTE
    )
    if report.refused:
        raise RuleBroken("demo_grids", report.problems[0].sentence)
    found = [_place(feature, features) for feature in features]
    for village in communities:
        cast.man_grids([place.code for place in found if place.code.startswith(village)])
    _property_companies()
    _neighbours(cast, [place for place in found if place.code[:12] in (FIRST, SECOND)], rng)
    return found


def _features(village: str, cells: Sequence[Cell]) -> list[dict[str, Any]]:
    """Number the cells of one community west to east, then north to south; the exclusive one is a market."""
    name = short_name(place_queries.area_name(village))
    order = sorted(cells, key=lambda cell: (round(cell.area.centroid.x, 3), -cell.area.centroid.y))
    basic = [cell for cell in order if not cell.exclusive]
    named = [
        (grid_code(village, at + 1), f"{name}第{_SERIALS[at]}网格", cell) for at, cell in enumerate(basic)
    ]
    market = [cell for cell in order if cell.exclusive]
    named += [
        (grid_code(village, 901 + at), f"{name}便民市场专属网格", cell) for at, cell in enumerate(market)
    ]
    return [
        {
            "type": "Feature",
            "geometry": geojson(cell.area),
            "properties": {"code": code, "name": f"{title}（演示）"},
        }
        for code, title, cell in named
    ]


def _place(feature: dict[str, Any], features: Sequence[dict[str, Any]]) -> Place:
    """Return a grid's shape and the exclusive grid that lies in it, whose points are not its own."""
    code, area = feature["properties"]["code"], shape(feature["geometry"])
    market = [
        shape(other["geometry"])
        for other in features
        if other["properties"]["code"][12:] > "900" and other is not feature
    ]
    inside = [one for one in market if one.intersects(area)]
    return Place(code, area, inside[0].buffer(1e-6) if inside else None)


def _property_companies() -> None:
    """Found the bodies the catalogue speaks of and no standard set-up makes: property, social, co-building."""
    for name, kind, line, region in (
        ("七一路街道物业服务企业（演示）", "property", "PMC", STREET),
        ("邻里互助服务中心（演示）", "social_org", "", STREET),
        ("共建单位：街道小学（演示）", "co_building", "", FIRST),
    ):
        details = orgs.Details(source="演示")
        orgs.create_organisation(
            actor=SYSTEM, name=name, kind=kind, region_code=region, line=line, details=details
        )


def _neighbours(cast: Cast, found: Sequence[Place], rng: Random) -> None:
    """Give two communities neighbour groups with a chosen head, compounds and buildings."""
    serial = 0
    for at, place in enumerate(one for one in found if one.code[12:] < "900"):
        for group in range(2):
            micro = places.add_micro_grid(
                actor=SYSTEM,
                grid_code=place.code,
                name=f"第{_SERIALS[group]}联户组（演示）",
                households=rng.randint(9, 15),
            )
            cast.choose_head(micro.code, serial)
            serial += 1
        assert place.area is not None
        lon, lat = point_in(place.area, rng, place.hole)
        compound = places.add_compound(
            actor=SYSTEM,
            grid_code=place.code,
            name=f"{_COMPOUNDS[at % len(_COMPOUNDS)]}{at // len(_COMPOUNDS) + 1}号（演示）",
            households=rng.randint(80, 260),
            lon=lon,
            lat=lat,
        )
        for number in range(1, 4):
            places.add_building(
                actor=SYSTEM, grid_code=place.code, name=f"{number}号楼（演示）", compound=compound
            )
