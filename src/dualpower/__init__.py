"""A laboratory for revolutions.

::

    import dualpower as dp

    scenario = dp.load("petrograd-1917")
    run = dp.simulate(scenario, seed=1)
    run.outcome, run.regimes, run.score(), run.dataset
    other = dp.simulate(scenario.do("lenin-returns", "never"), seed=1)
    dp.compare(run, other)
    everyone = dp.simulate(scenario, seed=1, people=1.0)
    ensemble = dp.simulate(scenario, draws=200, seed=1)
    ensemble.probabilities(), ensemble.quantiles(), ensemble.score()
    dp.test_claims(scenario, draws=200).verdicts

Names are loaded when first used, so that importing the package costs next to nothing.
"""

from __future__ import annotations

import importlib
import sys
from types import ModuleType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from dualpower.compare import Comparison as Comparison
    from dualpower.compare import compare as compare
    from dualpower.experiment import Ensemble as Ensemble
    from dualpower.experiment import load_ensemble as load_ensemble
    from dualpower.experiment import merge as merge
    from dualpower.experiment.claims import ClaimsResult as ClaimsResult
    from dualpower.experiment.claims import load_claims as load_claims
    from dualpower.experiment.claims import test_claims as test_claims
    from dualpower.experiment.pair import Pair as Pair
    from dualpower.fork import Fork as Fork
    from dualpower.inference.fit import fit as fit
    from dualpower.inference.forecast import Forecast as Forecast
    from dualpower.inference.forecast import forecast as forecast
    from dualpower.inference.gradient import gradient as gradient
    from dualpower.inference.posterior import Posterior as Posterior
    from dualpower.inference.posterior import load_posterior as load_posterior
    from dualpower.inference.posterior import read_posterior as read_posterior
    from dualpower.inference.sensitivity import Sensitivity as Sensitivity
    from dualpower.inference.sensitivity import sensitivity as sensitivity
    from dualpower.inference.theories import Compared as Compared
    from dualpower.inference.theories import compare_theories as compare_theories
    from dualpower.record import ObservationError as ObservationError
    from dualpower.record import check as check
    from dualpower.run import Run as Run
    from dualpower.run import RunError as RunError
    from dualpower.run import load_run as load_run
    from dualpower.scenario import Scenario as Scenario
    from dualpower.scenario import ScenarioError as ScenarioError
    from dualpower.scenario import load as load
    from dualpower.scenario import new as new
    from dualpower.simulate import simulate as simulate

__version__ = "0.1.0"

_CONTENTS = {
    "load": "scenario",
    "check": "record",
    "new": "scenario",
    "Scenario": "scenario",
    "ScenarioError": "scenario",
    "simulate": "simulate",
    "compare": "compare",
    "Comparison": "compare",
    "Fork": "fork",
    "Run": "run",
    "RunError": "run",
    "load_run": "run",
    "Ensemble": "experiment",
    "load_ensemble": "experiment",
    "merge": "experiment",
    "Pair": "experiment.pair",
    "fit": "inference.fit",
    "forecast": "inference.forecast",
    "Forecast": "inference.forecast",
    "compare_theories": "inference.theories",
    "Compared": "inference.theories",
    "gradient": "inference.gradient",
    "sensitivity": "inference.sensitivity",
    "Sensitivity": "inference.sensitivity",
    "ObservationError": "record",
    "Posterior": "inference.posterior",
    "load_posterior": "inference.posterior",
    "read_posterior": "inference.posterior",
    "ClaimsResult": "experiment.claims",
    "load_claims": "experiment.claims",
    "test_claims": "experiment.claims",
}

__all__ = [
    "ClaimsResult",
    "Compared",
    "Comparison",
    "Ensemble",
    "Forecast",
    "Fork",
    "ObservationError",
    "Pair",
    "Posterior",
    "Run",
    "RunError",
    "Scenario",
    "ScenarioError",
    "Sensitivity",
    "check",
    "compare",
    "compare_theories",
    "fit",
    "forecast",
    "gradient",
    "load",
    "load_claims",
    "load_ensemble",
    "load_posterior",
    "load_run",
    "merge",
    "new",
    "read_posterior",
    "sensitivity",
    "simulate",
    "test_claims",
]


def __getattr__(name: str) -> Any:
    if name not in _CONTENTS:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(importlib.import_module(f"{__name__}.{_CONTENTS[name]}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})


class _Package(ModuleType):
    """The package: in it, importing the module `dualpower.simulate` does not hide the function of the same name."""

    def __setattr__(self, name: str, value: Any) -> None:
        if not (name in _CONTENTS and isinstance(value, ModuleType)):
            super().__setattr__(name, value)


sys.modules[__name__].__class__ = _Package
