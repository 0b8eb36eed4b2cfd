"""How does the year end, how often, and from when on is that settled?"""

import dualpower as dp


def main(draws: int = 64, jobs: int = 2) -> None:
    """Simulate an ensemble; print outcomes with their error, and the regimes month by month."""
    scenario = dp.load("petrograd-1917")
    ensemble = dp.simulate(scenario, draws=draws, seed=1, jobs=jobs)
    print("How the year ends (share of draws, Monte-Carlo error, 90 % interval):")
    print(ensemble.probabilities().round(3).to_string())

    regime = ensemble.dataset["regime"]  # [draw, date], numbers into its attribute `flag_meanings`
    names = regime.attrs["flag_meanings"].split()
    ends = regime.isel(date=-1)
    print("\nShare of draws that are in the regime in which they will end, and leave it no more:")
    stays = (regime == ends).isel(date=slice(None, None, -1)).cumprod("date").isel(date=slice(None, None, -1))
    settled = stays.mean("draw").to_series()
    print(settled.iloc[14::30].round(2).to_string())
    print("\nRegimes met on the way:", ", ".join(name for k, name in enumerate(names) if bool((regime == k).any())))


if __name__ == "__main__":
    main()
