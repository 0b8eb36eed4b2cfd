"""Labels of every axis, in the order in which the files declare them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dualpower.scenario.schema import Contest
from dualpower.scenario.world import Names, indicator_names, lever_names, unit_lever_names

if TYPE_CHECKING:
    from dualpower.scenario.model import Scenario

KINDS = ("crowd", "insurrection", "march")


def node_names(scenario: Scenario) -> tuple[str, ...]:
    """Every inner body as ``party.node``; a party without any is its own."""
    pairs = [(party.id, [node.id for node in party.nodes] or [party.id]) for party in scenario.spec.parties]
    return tuple(f"{party}.{node}" for party, nodes in pairs for node in nodes)


def in_kinds(contests: tuple[Contest, ...]) -> tuple[Contest, ...]:
    """Contests in the order of their kinds, as the laws take them."""
    return tuple(contest for kind in KINDS for contest in contests if contest.kind == kind)


def compile_names(scenario: Scenario) -> Names:
    """Labels of every axis of a scenario."""
    spec = scenario.spec
    parties, issues = tuple(p.id for p in spec.parties), tuple(i.id for i in spec.issues)
    contests, nodes = tuple(c.id for c in in_kinds(spec.contests)), node_names(scenario)
    names = Names(
        units=tuple(scenario.units["unit_id"]),
        parties=parties,
        issues=issues,
        centres=tuple(c.id for c in spec.centres),
        councils=tuple(c.id for c in spec.councils),
        districts=tuple(scenario.districts["district_id"]),
        regimes=tuple(r.id for r in spec.regimes),
        contests=contests,
        events=tuple(e.id for e in scenario.timeline.events),
        rules=tuple(r.id for r in spec.regime_rules),
        nodes=nodes,
        levers=lever_names(parties, issues, nodes, contests),
        unit_levers=unit_lever_names(parties, issues),
        indicators=(),
    )
    return names._replace(indicators=indicator_names(names))
