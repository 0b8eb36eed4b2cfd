"""Whether the draws of two ensembles are pairs: years that differ by interventions alone."""

from __future__ import annotations

from dualpower.experiment.result import Ensemble
from dualpower.manifest import other_files
from dualpower.run import RunError


def check_pairs(factual: Ensemble, other: Ensemble) -> None:
    """Refuse ensembles whose draws are no pairs.

    Raises
    ------
    RunError
        If they are of different scenarios or versions of one, or have different seeds, draws, parameters or dates.
    """
    one, two = factual.index, other.index
    if one["scenario"]["id"] != two["scenario"]["id"]:
        raise RunError(f"the ensembles are of different scenarios, {one['scenario']['id']} and {two['scenario']['id']}")
    if different := other_files(one["about"]["scenario"], two["about"]["scenario"]):
        names = ", ".join(different)
        raise RunError(f"the ensembles are of different versions of {one['scenario']['id']}: {names} differ")
    if factual.seed != other.seed:
        raise RunError("the ensembles have different seeds, so that nothing pairs them: give both one seed")
    if list(factual.dataset["draw"].to_numpy()) != list(other.dataset["draw"].to_numpy()):
        sizes = " and ".join(str(each.draws) for each in (factual, other))
        raise RunError(f"the ensembles have different draws ({sizes} of them), so that nothing pairs them")
    if one["switches"]["table"] != two["switches"]["table"]:
        raise RunError("the ensembles have different parameters, so that nothing pairs them: give both one table")
    if factual.dates != other.dates:
        raise RunError("the ensembles have different dates")
