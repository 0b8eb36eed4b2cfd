"""The same June, with the offensive and without: who acts otherwise, person by person?"""

import dualpower as dp


def main(share: float = 0.1, eve: str = "1917-06-18", until: str = "1917-07-31") -> None:
    """Fork a run of people on the eve of the offensive, and count those who act otherwise."""
    scenario = dp.load("petrograd-1917")
    run = dp.simulate(scenario, people={"city": share}, seed=1, until=until)
    fork = run.fork(eve)
    peace = fork.simulate(scenario.do("june-offensive", "never"), until=until)
    comparison = dp.compare(run, peace)
    print(comparison)
    changed = comparison.changed
    print("\nPersons who act otherwise, by day:")
    print(changed.to_frame()[["differ", "only_first", "only_second", "ever"]].iloc[-5:].to_string())
    print("\nBy role on the last day:")
    print(changed.by_role(until).head(6).to_string())
    print("\nOne person's year:")
    print(run.person(130))


if __name__ == "__main__":
    main()
