"""Networks from rows: shortest parallel edge, loops counted, parts by size, faults by row."""

from __future__ import annotations

import numpy as np
import pytest

from jinlin.circle.network import Fault, from_edges, limit_in_decimetres, whole_decimetres
from tests.circle.graphs import line, network_of


def test_parallel_edges_keep_the_shortest() -> None:
    """F5: u-v with 100 m and 30 m is 30 m; summing duplicates would make 130."""
    network = network_of([(0, 1, 100), (1, 0, 30), (0, 1, 30)])
    assert network.length_dm.tolist() == [300, 300]
    assert (network.edges, network.parallel) == (1, 2)


def test_loops_are_dropped_and_counted() -> None:
    network = network_of([(0, 0, 5), (0, 1, 10), (1, 1, 0)])
    assert (network.loops, network.edges) == (2, 1)


def test_parts_are_numbered_by_size() -> None:
    network = network_of([(0, 1, 10), (2, 3, 10), (3, 4, 10), (6, 7, 1)], size=8)
    assert network.sizes.tolist() == [3, 2, 2, 1]
    assert network.component.tolist() == [1, 1, 0, 0, 0, 3, 2, 2]


def test_one_way_edges_go_one_way() -> None:
    network = network_of([(0, 1, 10), (1, 2, 20)], oneway=np.array([True, False]))
    assert network.directed
    assert network.indptr.tolist() == [0, 1, 2, 3]
    assert network.indices.tolist() == [1, 2, 1]
    assert network.turned().indices.tolist() == [0, 2, 1]
    assert network.sizes.tolist() == [3]
    assert line(10, 20).turned().indices.tolist() == line(10, 20).indices.tolist()


def test_what_cannot_be_passed_is_left_out_and_positions_stay() -> None:
    network = network_of([(0, 1, 10), (0, 1, 30), (1, 2, 5)], passable=np.array([False, True, False]))
    assert network.size == 3
    assert network.length_dm.tolist() == [300, 300]


def test_lengths_are_whole_decimetres_and_limits_inclusive() -> None:
    assert whole_decimetres(np.array([0, 0.04, 0.05, 0.15, 12.34])).tolist() == [1, 1, 1, 2, 123]
    assert (limit_in_decimetres(1200), limit_in_decimetres(1199.9), limit_in_decimetres(0.3)) == (
        12000,
        11999,
        3,
    )
    assert limit_in_decimetres(1199.96) == 11999


@pytest.mark.parametrize(
    ("nodes", "u", "lengths", "code", "table", "index"),
    [
        ([1, 2, 2], [1, 2], [1, 1], "duplicate_id", "nodes", 2),
        ([1, 2, 3], [1, 9], [1, 1], "missing_node", "edges", 1),
        ([1, 2, 3], [1, 2], [1, -1], "bad_length", "edges", 1),
        ([1, 2, 3], [1, 2], [float("nan"), 1], "bad_length", "edges", 0),
        ([1, 2, 3], [1, 2], [1, float("inf")], "bad_length", "edges", 1),
        ([1, 2, 3], [1, 2], [1, 2e6], "bad_length", "edges", 1),
        ([], [1, 2], [1, 1], "missing_node", "edges", 0),
    ],
)
def test_faults_name_the_row(
    nodes: list[int], u: list[int], lengths: list[float], code: str, table: str, index: int
) -> None:
    spots = np.zeros(len(nodes))
    with pytest.raises(Fault) as caught:
        from_edges(np.array(nodes, np.int64), spots, spots, np.array(u), np.array([3, 3]), np.array(lengths))
    assert (caught.value.code, caught.value.table, caught.value.index) == (code, table, index)


def test_ids_may_be_words() -> None:
    spots = np.zeros(3)
    network = from_edges(
        np.array(["b", "01", "1"]),
        spots,
        spots,
        np.array(["b", "1"]),
        np.array(["01", "01"]),
        np.array([1, 2]),
    )
    assert network.indptr.tolist() == [0, 1, 3, 4]


def test_an_empty_network_is_a_network() -> None:
    none = np.zeros(0)
    network = from_edges(none.astype(int), none, none, none.astype(int), none.astype(int), none)
    assert (network.size, network.edges, network.sizes.tolist()) == (0, 0, [])
