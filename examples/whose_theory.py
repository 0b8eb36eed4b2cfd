"""What does a rival explanation make of the same year? The posterior of each theory, run freely."""

import dualpower as dp
from dualpower.experiment.drawn import drawn_theories
from dualpower.inference.theories import pinned, theory_named


def main(draws: int = 32, jobs: int = 2) -> None:
    """Print how often each theory's year ends in each regime."""
    scenario = dp.load("petrograd-1917")
    print("the full model: all mechanisms")
    print(dp.simulate(scenario, draws=draws, seed=1, jobs=jobs).probabilities().round(2).to_string())
    for name, theory in drawn_theories(scenario).items():
        ensemble = dp.simulate(pinned(scenario, name), draws=draws, seed=1, jobs=jobs, parameters=theory.table)
        print(f"\n{name}: {theory_named(name).meaning}")
        print(ensemble.probabilities().round(2).to_string())


if __name__ == "__main__":
    main()
