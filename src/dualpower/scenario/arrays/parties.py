"""Parties and their inner bodies as arrays."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from dualpower.scenario.arrays.units import f32
from dualpower.scenario.schema import Node, Party
from dualpower.scenario.world import Floats, Names, Parties

if TYPE_CHECKING:
    from dualpower.scenario.model import Scenario


def parties(scenario: Scenario, names: Names) -> Parties:
    """Parties of a scenario; nodes in the order of ``names.nodes``."""
    spec = scenario.spec
    pairs = [(party, node) for party in spec.parties for node in (party.nodes or (_itself(party),))]
    by_regime = [[(p.legality.get(r, 1.0), p.office.get(r, 0.0)) for p in spec.parties] for r in names.regimes]
    return Parties(
        voice=f32([[node.voice * (owner.id == party) for owner, node in pairs] for party in names.parties]),
        listens=_listens(pairs),
        stubborn=f32([node.stubborn for _, node in pairs]),
        stance=f32([_stance(party, node, names) for party, node in pairs]),
        present=f32([node.present for _, node in pairs]),
        discipline=f32([party.discipline for party in spec.parties]),
        legality=f32(by_regime)[:, :, 0],
        office=f32(by_regime)[:, :, 1],
    )


def _itself(party: Party) -> Node:
    return Node(id=party.id, name=party.name, stubborn=1.0)


def _stance(party: Party, node: Node, names: Names) -> list[float]:
    stance, backing = {**party.stance, **node.stance}, {**party.backing, **node.backing}
    return [*(stance.get(issue, 0.0) for issue in names.issues), *(backing.get(k, 0.0) for k in names.centres)]


def _listens(pairs: list[tuple[Party, Node]]) -> Floats:
    """[node, node] weights a day; a body that listens to more than its whole attention is brought back to it."""
    heard = np.array(
        [[node.listens.get(other.id, 0.0) * (owner.id == whose.id) for whose, other in pairs] for owner, node in pairs]
    )
    return f32(heard / np.maximum(heard.sum(1, keepdims=True), 1.0))
