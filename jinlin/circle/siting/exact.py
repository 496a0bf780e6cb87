"""HiGHS as a second opinion (extra `[siting]`): a better choice or a lower bound on small cases.

On large cases a mixed-integer solver still shows a gap above 100 % when the Lagrangian bound shows 1 %
(design/living-circle.md 4.6), so it is asked only up to LARGEST entries of the table.
"""

from __future__ import annotations

import math
from importlib.util import find_spec
from typing import Any

import numpy as np

from jinlin.circle.siting.bound import Bounded
from jinlin.circle.siting.covers import Covers
from jinlin.circle.siting.search import Budget

LARGEST = 70_000  # entries of the table: about 5,000 cells x 500 candidates
TRUST = 1e-6  # the solver's own tolerance, given away outwards


def available() -> bool:
    """Whether the solver is installed."""
    return find_spec("highspy") is not None


def polished(covers: Covers, budget: Budget, found: Bounded, seconds: float) -> Bounded:
    """Return the better of what is known and what HiGHS finds within the time, bound and choice apart."""
    import highspy  # noqa: PLC0415  optional

    solver = highspy.Highs()
    solver.setOptionValue("output_flag", False)
    solver.setOptionValue("threads", 1)
    solver.setOptionValue("time_limit", max(seconds, 0.1))
    solver.setOptionValue("mip_rel_gap", 0.0)
    solver.passModel(_model(highspy, covers, budget))
    _start_from(highspy, solver, covers, found)
    solver.run()
    info = solver.getInfo()
    bound = found.bound
    if math.isfinite(info.mip_dual_bound):
        bound = min(bound, _outwards(info.mip_dual_bound, covers))
    chosen, reached = found.chosen, found.reached
    values = np.asarray(solver.getSolution().col_value)[: covers.sites]
    plan = np.flatnonzero(values > 0.5)
    affordable = float(budget.prices(covers.sites)[plan].sum()) <= budget.room
    if affordable and covers.reached(plan) > reached:
        chosen, reached = plan, covers.reached(plan)
    return Bounded(chosen, reached, max(bound, reached), found.rounds)


def _outwards(dual: float, covers: Covers) -> float:
    bound = dual + TRUST * max(1.0, abs(dual))
    return math.floor(bound) if covers.whole_people else bound


def _model(highspy: Any, covers: Covers, budget: Budget) -> Any:
    """Sites are 0/1, rows 0..1: people of a row count as far as its open sites allow."""
    sites, rows = covers.sites, len(covers.people)
    by_row = covers.by_row
    model = highspy.HighsLp()
    model.num_col_, model.num_row_ = sites + rows, rows + 1
    model.col_cost_ = np.r_[np.zeros(sites), covers.people]
    model.col_lower_, model.col_upper_ = np.zeros(sites + rows), np.ones(sites + rows)
    model.row_lower_ = np.r_[np.zeros(rows), -highspy.kHighsInf]
    model.row_upper_ = np.r_[np.full(rows, highspy.kHighsInf), budget.room]
    model.sense_ = highspy.ObjSense.kMaximize
    kinds = highspy.HighsVarType
    model.integrality_ = [kinds.kInteger] * sites + [kinds.kContinuous] * rows
    width = np.diff(by_row.indptr)
    ends = np.arange(1, rows + 1) + by_row.indptr[1:]  # every row: its sites, then itself
    own = ends - 1
    index = np.empty(len(by_row.indices) + rows, np.int64)
    value = np.ones(len(index))
    index[own], value[own] = np.arange(sites, sites + rows), -1.0
    rest = np.ones(len(index), bool)
    rest[own] = False
    index[rest] = by_row.indices
    matrix = model.a_matrix_
    matrix.format_ = highspy.MatrixFormat.kRowwise
    matrix.start_ = np.r_[0, np.cumsum(width + 1), len(index) + sites].astype(np.int32)
    matrix.index_ = np.r_[index, np.arange(sites)].astype(np.int32)
    matrix.value_ = np.r_[value, budget.prices(sites)]
    return model


def _start_from(highspy: Any, solver: Any, covers: Covers, found: Bounded) -> None:
    values = np.zeros(covers.sites + len(covers.people))
    values[found.chosen] = 1
    times = covers.by_row @ values[: covers.sites]
    values[covers.sites :] = times > 0
    start = highspy.HighsSolution()
    start.col_value = values
    solver.setSolution(start)
