"""How much organisation did February need? The same weeks with fewer and fewer organisers."""

import dualpower as dp

PARTIES = ("bolshevik", "menshevik", "sr")


def main(draws: int = 32, jobs: int = 2) -> None:
    """Print, for each dose, how often the old order has fallen by 1 March, with its Monte-Carlo error."""
    scenario = dp.load("petrograd-1917")
    print("members of three parties times | tsarism gone by 1 March")
    for dose in (1.0, 0.5, 0.1, 0.0):
        other = scenario.set("organisation.recruit", 0.0)  # nobody can make good what is missing
        for party in PARTIES:
            other = other.scale(f"{party}.members", dose)
        ensemble = dp.simulate(other, draws=draws, seed=1, jobs=jobs, until="1917-03-01")
        regime = ensemble.dataset["regime"].isel(date=-1)
        gone = regime != regime.attrs["flag_meanings"].split().index("tsarism")
        share = float(gone.mean())
        print(f"{dose:>30} | {share:.2f} +- {(share * (1 - share) / draws) ** 0.5:.2f}")


if __name__ == "__main__":
    main()
