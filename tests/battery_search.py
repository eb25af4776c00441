"""A battery's best schedule by exhaustive search, over states of charge in steps that every limit is a multiple of."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction


def best_revenue(
    prices: Sequence[float],
    *,
    power: Fraction,
    energy: Fraction,
    efficiency: Fraction,
    initial: Fraction,
    step: Fraction,
    up: Sequence[float] | None = None,
    duration: Fraction = Fraction(1),
) -> Fraction | None:
    """What can be earned in hours at these prices, from ``initial`` back to it; None if that is not possible.

    Each hour the state rises by what charging leaves, falls by what is discharged, or stays: one of the three. With
    prices ``up`` of an upward reserve, each hour holds as much as power and state of charge allow.
    """
    states = [number * step for number in range(int(energy / step) + 1)]
    worth: dict[Fraction, Fraction] = {initial: Fraction(0)}
    for hour, price in enumerate(prices):
        found: dict[Fraction, Fraction] = {}
        for before, earned in worth.items():
            for after in states:
                change = after - before
                net = -change if change <= 0 else -change / efficiency
                if abs(net) > power:
                    continue
                award = min(power - net, min(before, after) / duration)
                reserve = Fraction(0) if up is None else award * max(Fraction(up[hour]), Fraction(0))
                total = earned + net * Fraction(price) + reserve
                if after not in found or found[after] < total:
                    found[after] = total
        worth = found
    return worth.get(initial)
