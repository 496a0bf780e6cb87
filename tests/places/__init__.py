"""Divisions, grids, points and words."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

SHIPPED = Path(__file__).resolve().parents[2] / "jinlin" / "places" / "data"
SHARED = Path(__file__).resolve().parents[3] / "shared" / "data" / "geo"

HEAD = "code,parent,level,kind,name\n"
OLD_HEAD = "code,parent,name,level,rank,ur_code,dummy,longitude,latitude,county,town,village\n"

# The move of 淮阳 in small: a county that became a district, with a town that became a street.
IN_2016 = OLD_HEAD + (
    "411600000000,410000000000,周口市,city,2,,f,114.69695,33.626149,,,\n"
    "411602000000,411600000000,川汇区,county,3,,f,114.650628,33.647598,川汇区,,\n"
    "411602002000,411602000000,七一路街道办事处,town,4,,f,,,川汇区,七一路街道办事处,\n"
    "411602002201,411602002000,河西村委会,village,5,121,f,,,川汇区,七一路街道办事处,河西村委会\n"
    "411602002202,411602002000,旧庄村委会,village,5,220,f,,,川汇区,七一路街道办事处,旧庄村委会\n"
    "411626000000,411600000000,淮阳县,county,3,,f,114.886153,33.731561,淮阳县,,\n"
    "411626101000,411626000000,新站镇,town,4,,f,,,淮阳县,新站镇,\n"
    "411626101201,411626101000,蔡庄村委会,village,5,220,f,,,淮阳县,新站镇,蔡庄村委会\n"
    "411626101202,411626101000,大宋村委会,village,5,220,f,,,淮阳县,新站镇,大宋村委会\n"
    "411626204000,411626000000,王店乡,town,4,,f,,,淮阳县,王店乡,\n"
    "411626204201,411626204000,李庄村委会,village,5,220,f,,,淮阳县,王店乡,李庄村委会\n"
    "411626204202,411626204000,张庄村委会,village,5,220,f,,,淮阳县,王店乡,张庄村委会\n"
)
IN_2023 = HEAD + (
    "411600000000,410000000000,2,prefecture,周口市\n"
    "411602000000,411600000000,3,county,川汇区\n"
    "411602002000,411602000000,4,township,七一路街道\n"
    "411602002001,411602002000,5,residents_committee,河西社区居民委员会\n"
    "411603000000,411600000000,3,county,淮阳区\n"
    "411603101000,411603000000,4,township,新站镇\n"
    "411603101201,411603101000,5,village_committee,蔡庄村民委员会\n"
    "411603101202,411603101000,5,village_committee,贾庄村民委员会\n"
    "411603002000,411603000000,4,township,王店街道\n"
    "411603002201,411603002000,5,village_committee,李庄村民委员会\n"
    "411603002202,411603002000,5,village_committee,张庄村民委员会\n"
)


def shared(name: str) -> Path:
    """A file of the project's data folder, which stands beside the checkout where there is one."""
    path = SHARED / name
    if not path.exists():
        pytest.skip(f"{name} is not on this machine")
    return path


def square(west: float, south: float, size: float = 0.01) -> dict[str, Any]:
    """A GeoJSON square in degrees."""
    east, north = west + size, south + size
    ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
    return {"type": "Polygon", "coordinates": [ring]}


def feature(geometry: Any, **properties: Any) -> dict[str, Any]:
    """A GeoJSON feature."""
    return {"type": "Feature", "geometry": geometry, "properties": properties}


def collection(*features: Any) -> dict[str, Any]:
    """A GeoJSON collection."""
    return {"type": "FeatureCollection", "features": list(features)}
