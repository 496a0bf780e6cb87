"""Tables of the living circle: facts on places and counts by block; no person, no walk, no position of anybody."""

from jinlin.circle.models.ground import Crossing, Enclosure, Gate, NetworkEdition, Stored
from jinlin.circle.models.results import Assessment, Cover, FactChange, GapNote, Lack, Study
from jinlin.circle.models.standards import Requirement, StandardVersion
from jinlin.circle.models.supply import Block, Entrance, Facility, Flag, LoadedList, SharingRule

__all__ = [
    "Assessment",
    "Block",
    "Cover",
    "Crossing",
    "Enclosure",
    "Entrance",
    "Facility",
    "FactChange",
    "Flag",
    "GapNote",
    "Gate",
    "Lack",
    "LoadedList",
    "NetworkEdition",
    "Requirement",
    "SharingRule",
    "StandardVersion",
    "Stored",
    "Study",
]
