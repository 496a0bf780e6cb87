"""Places: the region tree, search by name, a point to its grid, grids as GeoJSON; all public knowledge."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from django.utils.translation import gettext as _
from ninja import Path, Query, Router, Schema
from pydantic import Field

from jinlin.api import doors
from jinlin.api.schemas import Datum, Given
from jinlin.kernel.errors import Invalid
from jinlin.kernel.text import clean, clean_point
from jinlin.places import queries as places
from jinlin.places.rules import level_of, parent_code

router = Router(tags=["places"])
OPEN = doors.anyone("case.report")
SEARCH = doors.anyone("case.report", limit=600, bucket="search")
Code = Annotated[str, Path(pattern="^[0-9]{12}$", description="12 digits of a region")]
MIN_GRIDS_LEVEL = 3


class Region(Schema):
    """A unit of the division tree as it stands today."""

    code: str
    name: str
    level: int
    kind: str
    parent_code: str
    lon: float | None
    lat: float | None


class SearchIn(Given):
    """Words of a name; `within` keeps to a region."""

    q: str = Field(min_length=1, max_length=40)
    within: str = Field("", max_length=12, pattern="^([0-9]{12})?$")
    limit: int = Field(20, ge=1, le=50)


class PointIn(Given):
    """A point in degrees with its datum."""

    lon: float
    lat: float
    datum: Datum = "wgs84"


class GridHit(Schema):
    """The grid a point lies in, with the regions above it."""

    code: str
    name: str
    village: str
    town: str
    county: str


class Found(Schema):
    """`grid` is empty when the point lies outside every drawn grid; the point is WGS84."""

    grid: GridHit | None
    lon: float
    lat: float


class GridFacts(Schema):
    """What is told of a grid."""

    code: str
    name: str
    kind: str
    village: str
    town: str
    county: str
    is_drawn: bool


class Feature(Schema):
    """One grid of a GeoJSON collection; `geometry` is null where none is drawn."""

    type: Literal["Feature"] = "Feature"
    geometry: dict[str, Any] | None
    properties: GridFacts


class Features(Schema):
    """A GeoJSON collection in WGS84."""

    type: Literal["FeatureCollection"] = "FeatureCollection"
    features: list[Feature]


def region_out(row: Any) -> Region:
    """Return a region as the API tells it."""
    return Region(
        code=row.code,
        name=row.name,
        level=row.level,
        kind=row.kind,
        parent_code=parent_code(row.code) or "",
        lon=row.lon,
        lat=row.lat,
    )


@router.get("/places", auth=SEARCH, response=list[Region])
def search_places(request: doors.Asked, wanted: Query[SearchIn]) -> Any:
    """Regions whose name fits the words, best first; several words narrow from the left."""
    words = clean(wanted.q, max_length=40, field="q", required=True)
    found = places.search_regions(words, within=wanted.within, limit=wanted.limit)
    return [region_out(row) for row in found]


@router.get("/places/locate", auth=SEARCH, response=Found)
def locate(request: doors.Asked, point: Query[PointIn]) -> Any:
    """The drawn grid a point lies in."""
    lon, lat = clean_point(point.lon, point.lat, point.datum)
    hit = places.locate(lon, lat)
    return Found(grid=GridHit.model_validate(hit) if hit else None, lon=lon, lat=lat)


@router.get("/places/roots", auth=OPEN, response=list[Region])
def place_roots(request: doors.Asked) -> Any:
    """The widest regions this node knows."""
    return [region_out(row) for row in places.children("")]


@router.get("/places/{code}", auth=OPEN, response=Region)
def show_place(request: doors.Asked, code: Code) -> Any:
    """One region by its code."""
    return region_out(places.region(code))


@router.get("/places/{code}/children", auth=OPEN, response=list[Region])
def place_children(request: doors.Asked, code: Code) -> Any:
    """The units directly below a region, in code order."""
    places.region(code)
    return [region_out(row) for row in places.children(code)]


@router.get("/places/{code}/grids.geojson", auth=OPEN, response=Features)
def place_grids(request: doors.Asked, code: Code) -> Any:
    """The grids of a village, town or county as GeoJSON (WGS84)."""
    if level_of(code) < MIN_GRIDS_LEVEL:
        raise Invalid({"code": [_("请选到县（市、区）以下的地方。")]})
    places.region(code)
    return Features(
        features=[
            Feature(geometry=row.geometry, properties=GridFacts.model_validate(row))
            for row in places.grids_of(code)
        ]
    )
