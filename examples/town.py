"""A town of one's own: made, changed, checked, lived through."""

import tempfile
from pathlib import Path

import dualpower as dp


def main(folder: str | None = None) -> None:
    """Write a small scenario, let food be dearer in a second one, and compare both years."""
    place = dp.new("town", Path(folder or tempfile.mkdtemp()) / "town")
    print(f"{place.name} has {', '.join(path.name for path in sorted(place.glob('*.csv')))}")
    scenario = dp.load(place)
    before = dp.simulate(scenario, seed=1)

    # What is changed in the files is checked when they are read; all faults are said at once.
    series = place / "series.csv"
    text = series.read_text(encoding="utf-8")
    series.write_text(text.replace("food,1921-03-01,0.5", "food,1921-03-01,a lot"), encoding="utf-8")
    try:
        dp.load(place)
    except dp.ScenarioError as error:
        print(f"\nA fault, as it is said: {error}")
    series.write_text(text, encoding="utf-8")

    dear = dp.simulate(scenario.scale("series.food", 1.5), seed=1)
    print(f"\n{dp.compare(before, dear)}")


if __name__ == "__main__":
    main()
