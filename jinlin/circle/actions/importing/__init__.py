"""Files become facts of a county: networks, compounds, gates, facilities, blocks; every row is told about, twice is once."""

from jinlin.circle.actions.importing.blocks import import_blocks
from jinlin.circle.actions.importing.compounds import import_compounds
from jinlin.circle.actions.importing.facilities import import_facilities
from jinlin.circle.actions.importing.gates import import_gates
from jinlin.circle.actions.importing.networks import NetworkFiles, import_network
from jinlin.circle.actions.importing.reading import Origin

__all__ = [
    "NetworkFiles",
    "Origin",
    "import_blocks",
    "import_compounds",
    "import_facilities",
    "import_gates",
    "import_network",
]
