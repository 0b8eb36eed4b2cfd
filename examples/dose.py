"""How much organisation did February need? The same weeks with fewer and fewer organisers, and nobody recruited."""

import dualpower as dp

PARTIES = ("bolshevik", "menshevik", "sr")


def main(draws: int = 32, jobs: int = 2) -> None:
    """Print how often the old order has fallen by 1 March: as it was, and for each dose; with Monte-Carlo errors.

    Under every dose nobody is recruited, so that nobody can make good what is missing: dose 1.0 is less than it was.
    """
    scenario = dp.load("petrograd-1917")
    print("members of three parties times | tsarism gone by 1 March")
    show("as it was, recruiting", scenario, draws, jobs)
    for dose in (1.0, 0.5, 0.1, 0.0):
        other = scenario.set("organisation.recruit", 0.0)
        for party in PARTIES:
            other = other.scale(f"{party}.members", dose)
        show(f"{dose}, nobody is recruited", other, draws, jobs)


def show(name: str, scenario: dp.Scenario, draws: int, jobs: int) -> None:
    """Print one line: the share of years in which the old order has fallen, and its error."""
    ensemble = dp.simulate(scenario, draws=draws, seed=1, jobs=jobs, until="1917-03-01")
    regime = ensemble.dataset["regime"].isel(date=-1)
    gone = regime != regime.attrs["flag_meanings"].split().index("tsarism")
    share = float(gone.mean())
    print(f"{name:>30} | {share:.2f} +- {(share * (1 - share) / draws) ** 0.5:.2f}")


if __name__ == "__main__":
    main()
