"""Repairing one labelled layer, in plain Python: the answer everywhere, and the oracle of the compiled one."""

from __future__ import annotations

from heapq import heapify, heappop, heappush

import numpy as np

from jinlin.circle.network import Flags, Ints

Arcs = tuple[Ints, Ints, Ints]
Offers = tuple[Ints, Ints, Ints]


class PythonRepair:
    """See changes.Engine."""

    name = "python"

    def spread(
        self, arcs: Arcs, layer: tuple[Ints, Ints], offers: Offers, limit_dm: int
    ) -> tuple[Ints, Ints, Ints]:
        """Enter nodes that become nearer, or as near to a smaller number; return node, old near, old label in turn."""
        indptr, indices, lengths = arcs
        near, label = layer
        log: list[tuple[int, int, int]] = []
        heap: list[tuple[int, int]] = []

        def offer(node: int, reach: int, facility: int) -> None:
            old = int(near[node]), int(label[node])
            if reach <= limit_dm and (reach, facility) < old:
                log.append((node, *old))
                near[node], label[node] = reach, facility
                heappush(heap, (reach, node))

        for node, reach, facility in zip(*(column.tolist() for column in offers), strict=True):
            offer(node, reach, facility)
        while heap:
            distance, node = heappop(heap)
            if distance > near[node]:
                continue
            for at in range(indptr[node], indptr[node + 1]):
                offer(int(indices[at]), distance + int(lengths[at]), int(label[node]))
        node, old_near, old_label = np.array(log, np.int32).reshape(-1, 3).T
        return node, old_near, old_label

    def orphans(self, arcs: tuple[Arcs, Arcs], layer: tuple[Ints, Ints], starts: Ints, own: Flags) -> Ints:
        """Return the nodes whose way led over what was taken away; see changes.Engine."""
        (indptr, indices, lengths), back = arcs
        near, label = layer
        lost: set[int] = set()
        heap = [(int(near[node]), node) for node in starts.tolist()]
        heapify(heap)
        while heap:
            distance, node = heappop(heap)
            if node in lost or own[node] or _supported(back, layer, node, lost):
                continue
            lost.add(node)
            for at in range(indptr[node], indptr[node + 1]):
                other = int(indices[at])
                if near[other] == distance + lengths[at] and label[other] == label[node]:
                    heappush(heap, (int(near[other]), other))
        return np.array(sorted(lost), np.int32)


def _supported(back: Arcs, layer: tuple[Ints, Ints], node: int, lost: set[int]) -> bool:
    indptr, indices, lengths = back
    near, label = layer
    for at in range(indptr[node], indptr[node + 1]):
        other = int(indices[at])
        if near[other] + lengths[at] == near[node] and label[other] == label[node] and other not in lost:
            return True
    return False
