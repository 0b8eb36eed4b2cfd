"""The same June, with the offensive and without: who acts otherwise, person by person?"""

import dualpower as dp


def main(share: float = 0.1, until: str = "1917-07-31") -> None:
    """Live both years with persons who share all chance, and count those who act otherwise."""
    scenario = dp.load("petrograd-1917")
    war = dp.simulate(scenario, people={"city": share}, seed=1, until=until)
    peace = dp.simulate(scenario.do("june-offensive", "never"), people={"city": share}, seed=1, until=until)
    comparison = dp.compare(war, peace)  # until the offensive the two are the same to the last bit
    print(comparison)

    changed = comparison.changed
    print("\nPersons who act otherwise, by day:")
    print(changed.to_frame()[["differ", "only_first", "only_second", "ever"]].iloc[-5:].to_string())
    print("\nBy role on the last day:")
    print(changed.by_role(until).head(6).to_string())

    # Any person's year can be told; and a run can be taken up on any eve, with other chance from there on.
    print("\nOne of them:")
    print(war.person(130))
    print(f"\nThe same spring, another summer's chance: {war.fork('1917-06-18').simulate(seed=2).outcome}")


if __name__ == "__main__":
    main()
