"""How does the year run, and where does it miss the record?"""

import dualpower as dp


def main(seed: int = 1) -> None:
    """Simulate a year; print how it goes, what happened, and its misses first."""
    scenario = dp.load("petrograd-1917")
    run = dp.simulate(scenario, seed=seed)
    print(f"{scenario.spec.title}, seed {seed}: ends in {run.outcome}")
    for date, regime in run.regimes:
        print(f"  from {date} (Old Style): {regime}")

    score = run.score()
    judged = score[score["in_band"].notna() & ~score["memory"]]  # what rests on memory or guess is shown, not judged
    missed = judged[~judged["in_band"].astype(bool)]
    print(f"\n{len(missed)} of {len(judged)} judged targets are missed; the farthest:")
    columns = ["target_id", "date", "low", "high", "simulated", "z"]
    print(missed.sort_values("z", key=abs, ascending=False)[columns].head(8).to_string(index=False))

    # Every quantity of every day is a labelled array; dates are in the scenario's own calendar.
    strikers = run.dataset["strikers"].to_series()
    print("\nThe five days with most strikers:")
    print(strikers.sort_values(ascending=False).head().round(-3).to_string())


if __name__ == "__main__":
    main()
