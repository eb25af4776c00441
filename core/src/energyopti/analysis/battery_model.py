"""The linear programme of a battery, and its solution with HiGHS.

Needs the extra ``energyopti[battery]``; nothing here is imported before it is used.
"""

from __future__ import annotations

from collections.abc import Sequence

import attrs
import highspy
import numpy as np
import numpy.typing as npt

from energyopti.errors import UnsupportedQuery

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]

_TOLERANCE = 1e-6
_NOISE = 1e-9


@attrs.frozen(kw_only=True)
class Limits:
    """What a battery can do: power in MW; energy, initial and final state of charge in MWh; cycles of a day."""

    power: float = attrs.field(converter=float)
    energy: float = attrs.field(converter=float)
    efficiency: float = attrs.field(converter=float)
    initial: float = attrs.field(converter=float)
    final: float = attrs.field(converter=float)
    cycles: float | None


@attrs.frozen(kw_only=True, eq=False)
class Product:
    """A reserve that can be sold: its price in USD/MW per hour, NaN where it cannot be, and for how many hours it holds."""

    price: Floats
    up: bool
    duration: float


@attrs.frozen(kw_only=True, eq=False)
class Problem:
    """Prices in USD/MWh of intervals of some hours; where stretches begin and end, and the number of each one's day."""

    price: Floats
    hours: Floats
    first: npt.NDArray[np.bool_]
    last: npt.NDArray[np.bool_]
    day: Integers
    limits: Limits
    products: Sequence[Product] = ()


@attrs.frozen(kw_only=True, eq=False)
class Schedule:
    """A schedule: power in MW, state of charge in MWh at the end of each interval, and awards in MW.

    ``value`` is what it earns in USD at the prices of its problem, ``bound`` what none is proven to exceed.
    """

    charge: Floats
    discharge: Floats
    state: Floats
    awards: Sequence[Floats]
    bound: float
    value: float = 0.0

    def falls_short(self, gap: float) -> bool:
        """Whether it is not proven to be within a share ``gap`` of the best: time ran out."""
        return self.bound - self.value > gap * abs(self.value) + _TOLERANCE * max(1.0, abs(self.value))


class _Rows:
    """The rows of a programme as they are added: sparse entries, and the bounds of each row."""

    def __init__(self) -> None:
        self.count = 0
        self._entries: list[tuple[Integers, Integers, Floats]] = []
        self._bounds: list[tuple[Floats, Floats]] = []

    def add(self, low: Floats, high: Floats, *terms: tuple[Integers, Integers, Floats | float]) -> None:
        """Rows with some bounds; a term is which of these rows, which columns, and their coefficients."""
        for rows, columns, values in terms:
            self._entries.append((rows + self.count, columns, np.broadcast_to(values, rows.shape)))
        self._bounds.append((low, high))
        self.count += low.size

    def fill(self, programme: highspy.HighsLp) -> None:
        """Write the rows into a programme, row by row."""
        rows, columns, values = (
            np.concatenate([entry[part] for entry in self._entries]) for part in range(3)
        )
        order = np.argsort(rows, kind="stable")
        programme.num_row_ = self.count
        programme.row_lower_, programme.row_upper_ = (
            np.concatenate([bound[side] for bound in self._bounds]) for side in (0, 1)
        )
        programme.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
        programme.a_matrix_.start_ = np.searchsorted(rows[order], np.arange(self.count + 1)).astype(np.int32)
        programme.a_matrix_.index_ = columns[order].astype(np.int32)
        programme.a_matrix_.value_ = values[order]


def solve(problem: Problem, *, gap: float, seconds: float) -> Schedule:
    """The best schedule, within a share ``gap`` of what is proven to be the best, in at most so many seconds.

    A linear programme where nothing is gained by charging and discharging at once. Where it would be (see `_tempting`),
    and the programme does, it is solved again with one binary for each of those intervals.

    Raises `UnsupportedQuery` if no schedule keeps within the limits, or none was found in time.
    """
    tempting = _tempting(problem)
    none = np.array([], dtype=np.int64)
    found, bound = _run(problem, none, gap=gap, seconds=seconds)
    schedule = _split(problem, found, bound)
    if (np.minimum(schedule.charge, schedule.discharge)[tempting] > _TOLERANCE * problem.limits.power).any():
        found, bound = _run(problem, tempting, gap=gap, seconds=seconds)
        schedule = _split(problem, found, bound)
    return _one_way(problem, schedule)


def _tempting(problem: Problem) -> Integers:
    """The intervals in which charging and discharging at once can pay.

    Less of both, by *x* of charge and *efficiency x* of discharge, leaves the state of charge and gains
    *price (1 - efficiency) x*. It costs at most as much upward headroom, worth the highest upward price. So it pays
    nowhere unless losses exist and the price is below zero or below that of an upward reserve.
    """
    if problem.limits.efficiency == 1:
        return np.array([], dtype=np.int64)
    highest = np.zeros_like(problem.price)
    for product in problem.products:
        if product.up:
            highest = np.fmax(highest, product.price)
    return np.flatnonzero(problem.price < highest)


def _run(problem: Problem, exclusive: Integers, *, gap: float, seconds: float) -> tuple[Floats, float]:
    """The best values of all columns, and the best proven bound of the objective.

    Columns: charge, discharge and state of each interval, the awards of each product, the binaries.
    """
    limits, count, many = problem.limits, problem.price.size, len(problem.products)
    every = np.arange(count, dtype=np.int64)
    charge, discharge, state = every, every + count, every + 2 * count
    awards = [every + (3 + number) * count for number in range(many)]
    binary = (3 + many) * count + np.arange(exclusive.size, dtype=np.int64)
    columns = (3 + many) * count + exclusive.size

    programme = highspy.HighsLp()
    programme.num_col_ = columns
    programme.sense_ = highspy.ObjSense.kMaximize
    worth, high = np.zeros(columns), np.full(columns, limits.power)
    low = np.zeros(columns)
    worth[charge], worth[discharge] = -problem.price * problem.hours, problem.price * problem.hours
    high[state], high[binary] = limits.energy, 1.0
    low[state[problem.last]] = high[state[problem.last]] = limits.final
    for product, column in zip(problem.products, awards, strict=True):
        worth[column] = np.nan_to_num(product.price) * problem.hours
        high[column] = np.where(np.isnan(product.price), 0.0, 2 * limits.power)
    programme.col_cost_, programme.col_lower_, programme.col_upper_ = worth, low, high
    rows = _Rows()
    _balance(rows, problem, charge, discharge, state)
    _cycles(rows, problem, discharge)
    for up in (True, False):
        _reserves(rows, problem, charge, discharge, state, awards, up=up)
    if exclusive.size:
        one, none = np.arange(exclusive.size, dtype=np.int64), np.full(exclusive.size, -highspy.kHighsInf)
        rows.add(none, np.zeros(exclusive.size), (one, charge[exclusive], 1.0), (one, binary, -limits.power))
        full = np.full(exclusive.size, limits.power)
        rows.add(none, full, (one, discharge[exclusive], 1.0), (one, binary, limits.power))
        kinds = [highspy.HighsVarType.kContinuous] * (columns - exclusive.size)
        programme.integrality_ = kinds + [highspy.HighsVarType.kInteger] * exclusive.size
    rows.fill(programme)
    return _best(programme, gap=gap, seconds=seconds, mixed=bool(exclusive.size))


def _balance(rows: _Rows, problem: Problem, charge: Integers, discharge: Integers, state: Integers) -> None:
    """State at the end is that at the start, plus what charging leaves, less what is discharged."""
    every, later = np.arange(problem.price.size, dtype=np.int64), np.flatnonzero(~problem.first)
    starts = np.where(problem.first, problem.limits.initial, 0.0)
    rows.add(
        starts,
        starts,
        (every, state, 1.0),
        (later, state[later - 1], -1.0),
        (every, charge, -problem.limits.efficiency * problem.hours),
        (every, discharge, problem.hours),
    )


def _cycles(rows: _Rows, problem: Problem, discharge: Integers) -> None:
    """What is discharged in a day is at most so many times the battery's energy."""
    if problem.limits.cycles is not None:
        days = int(problem.day[-1]) + 1
        most = np.full(days, problem.limits.cycles * problem.limits.energy)
        rows.add(np.zeros(days), most, (problem.day, discharge, problem.hours))


def _reserves(
    rows: _Rows,
    problem: Problem,
    charge: Integers,
    discharge: Integers,
    state: Integers,
    awards: Sequence[Integers],
    *,
    up: bool,
) -> None:
    """Awards in one direction fit into the headroom, and into the state of charge at both ends of the interval."""
    held = [pair for pair in zip(problem.products, awards, strict=True) if pair[0].up is up]
    if not held:
        return
    limits, count = problem.limits, problem.price.size
    every, later = np.arange(count, dtype=np.int64), np.flatnonzero(~problem.first)
    none, sign = np.full(count, -highspy.kHighsInf), 1.0 if up else -1.0
    power = [(every, column, 1.0) for _, column in held]
    rows.add(none, np.full(count, limits.power), *power, (every, discharge, sign), (every, charge, -sign))
    share = 1.0 if up else limits.efficiency
    energy = [(every, column, share * product.duration) for product, column in held]
    room = np.zeros(count) if up else np.full(count, limits.energy)
    rows.add(none, room, *energy, (every, state, -sign))
    starts = room + sign * np.where(problem.first, limits.initial, 0.0)
    rows.add(none, starts, *energy, (later, state[later - 1], -sign))


class _Quiet(highspy.Highs):
    """HiGHS without its banner, which it prints to standard output as soon as it is made."""

    def __init__(self) -> None:
        super().__init__()

    def enableCallbacks(self) -> None:  # noqa: N802 - the solver's name
        """Called while the solver is made."""
        self.silent()
        super().enableCallbacks()


def _best(programme: highspy.HighsLp, *, gap: float, seconds: float, mixed: bool) -> tuple[Floats, float]:
    solver = _Quiet()
    solver.setOptionValue("mip_rel_gap", gap)
    solver.setOptionValue("time_limit", seconds)
    solver.passModel(programme)
    solver.run()
    status, info = solver.getModelStatus(), solver.getInfo()
    if status in {highspy.HighsModelStatus.kInfeasible, highspy.HighsModelStatus.kUnboundedOrInfeasible}:
        raise UnsupportedQuery("no schedule reaches the final state of charge within the limits")
    in_time = status == highspy.HighsModelStatus.kOptimal
    if not in_time and not (
        mixed and info.primal_solution_status == highspy.SolutionStatus.kSolutionStatusFeasible
    ):
        raise UnsupportedQuery(
            f"no schedule was found in {seconds:g} seconds", do="give more seconds, or a shorter range"
        )
    bound = info.mip_dual_bound if mixed else info.objective_function_value
    return np.asarray(solver.getSolution().col_value), float(bound)


def _split(problem: Problem, found: Floats, bound: float) -> Schedule:
    """The columns by what they are."""
    count = problem.price.size
    parts = [found[number * count : (number + 1) * count] for number in range(3 + len(problem.products))]
    return Schedule(charge=parts[0], discharge=parts[1], state=parts[2], awards=parts[3:], bound=bound)


def _one_way(problem: Problem, schedule: Schedule) -> Schedule:
    """The same schedule, with charge and discharge never at once: less of both, and awards that still fit.

    The state of charge stays, and revenue does not fall but for rounding: see `_tempting`.
    """
    limits = problem.limits
    charge, discharge = schedule.charge.clip(0, limits.power), schedule.discharge.clip(0, limits.power)
    both = np.minimum(charge, discharge / limits.efficiency)
    charge, discharge = charge - both, discharge - limits.efficiency * both
    charge[charge < _NOISE * limits.power] = 0.0
    discharge[discharge < _NOISE * limits.power] = 0.0
    discharge[charge > 0] = 0.0
    room = (limits.power + charge - discharge).clip(0)
    held = sum(
        (a.clip(0) for p, a in zip(problem.products, schedule.awards, strict=True) if p.up),
        np.zeros_like(room),
    )
    fits = np.where(held > room, room / np.where(held > 0, held, 1.0), 1.0)
    awards = [
        award.clip(0) * fits if product.up else award.clip(0)
        for product, award in zip(problem.products, schedule.awards, strict=True)
    ]
    state = schedule.state.clip(0, limits.energy) + 0.0
    earned = problem.price * (discharge - charge) + sum(
        np.nan_to_num(product.price) * award for product, award in zip(problem.products, awards, strict=True)
    )
    return attrs.evolve(
        schedule,
        charge=charge,
        discharge=discharge,
        state=state,
        awards=awards,
        value=float((earned * problem.hours).sum()),
    )
