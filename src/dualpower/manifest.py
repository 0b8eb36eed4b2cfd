"""What a run says about itself: enough to repeat it, and to see what differs where it does not repeat."""

from __future__ import annotations

import dataclasses
import datetime
import platform
import sys
import warnings
from collections.abc import Iterable, Mapping
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING, Any

import xarray as xr

from dualpower import __version__
from dualpower._program import fingerprint
from dualpower.run import FORMAT, FORMAT_VERSION, Run, RunError, day_strings
from dualpower.scenario.calendar import Calendar
from dualpower.scenario.parameters import known_parameters
from dualpower.scenario.textfiles import fingerprints

if TYPE_CHECKING:
    from dualpower.scenario import Scenario

PACKAGES = ("jax", "jaxlib", "numpy", "scipy", "pandas", "xarray", "h5netcdf", "h5py", "numba", "cftime")


def describe(
    scenario: Scenario,
    *,
    seed: int,
    dataset: xr.Dataset,
    wall_seconds: float,
    parameters: Mapping[str, float] | None = None,
    switches: Mapping[str, Any] | None = None,
    device: str | None = None,
) -> dict[str, Any]:
    """Make the manifest of a finished run.

    Parameters
    ----------
    scenario
        As simulated, interventions included.
    seed
        Of all chance in the run.
    dataset
        The run's arrays (dates and regimes are taken from them).
    wall_seconds
        What the simulation took.
    parameters
        Every parameter by address with the value used; the defaults with the scenario's own values if not given.
    switches
        How it was run (noise, imposed history, share of people, ...).
    device
        Where it was run; asked of JAX if not given.
    """
    return {
        "format": FORMAT,
        "format_version": FORMAT_VERSION,
        "package_version": __version__,
        "program": fingerprint(),
        "complete": True,
        "scenario": _scenario(scenario),
        "interventions": interventions(scenario),
        "parameters": dict(sorted((parameters_of(scenario) if parameters is None else parameters).items())),
        "seed": seed,
        "dates": dates_of(dataset, scenario.calendar),
        "switches": dict(switches or {}),
        "names": {
            "regimes": {regime.id: regime.name for regime in scenario.spec.regimes},
            "outcomes": {outcome.regime: outcome.sentence for outcome in scenario.spec.outcomes},
            "events": {event.id: event.name for event in scenario.timeline.events},
        },
        **machine(device),
        "wall_seconds": round(wall_seconds, 4),
        "created": datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds"),
    }


def dates_of(dataset: xr.Dataset, calendar: Calendar) -> dict[str, Any]:
    """First and last day in both styles, and how many days."""
    days = day_strings(dataset)
    ends = {"first": days[0], "last": days[-1]}
    return {"days": len(days), **ends, **{f"{end}_new_style": calendar.new_style(day) for end, day in ends.items()}}


def _scenario(scenario: Scenario) -> dict[str, Any]:
    return {
        "id": scenario.spec.id,
        "title": scenario.spec.title,
        "calendar": scenario.spec.calendar.system,
        "hash": scenario.hash,
        "source": _source(scenario.folder),
        "files": files_of(scenario),
    }


def _source(folder: Path) -> str:
    """How to find the scenario again: a bare name if it travels with the package, else the folder's full path."""
    inside = Path(__file__).parent / "scenario" / "library"
    return folder.name if folder.resolve().parent == inside.resolve() else str(folder.resolve())


def files_of(scenario: Scenario) -> dict[str, str]:
    """Fingerprints of the files of a scenario as they were when it was loaded, and of what lies beside them now."""
    beside = {path.name for path in scenario.folder.glob("*.*")} - scenario.files.keys()
    return {**fingerprints(scenario.folder, beside), **scenario.files}


def other_files(one: Mapping[str, Any], two: Mapping[str, Any]) -> list[str]:
    """Files that are read of a scenario and differ between the versions of it of which two manifests tell."""
    from dualpower.scenario.reading import FILES

    was, now = (each.get("files", {}) for each in (one, two))
    return sorted(name for name in FILES & {*was, *now} if was.get(name) != now.get(name))


def interventions(scenario: Scenario) -> list[dict[str, Any]]:
    """Interventions in the order in which they were made, as plain words and numbers."""
    return [dataclasses.asdict(item) for item in scenario.interventions]


def parameters_of(scenario: Scenario) -> dict[str, float]:
    """Every parameter of the laws with its value: that of the interventions or of the scenario, else the default."""
    from dualpower.laws.parameters import AS_DECLARED, PARAMETERS

    default = {f"{entry.law}.{entry.name}": float(entry.centre) for entry in PARAMETERS}
    own = {name: float(value) for name, value in scenario.resolved_parameters().items()}
    return default | AS_DECLARED | own


def machine(device: str | None = None) -> dict[str, Any]:
    """Versions, platform and device: what may explain a difference in the last bits."""
    return {
        "python": platform.python_version(),
        "platform": platform.platform(),
        "packages": {name: version(name) for name in PACKAGES},
        "device": device or _device(),
    }


def version(package: str) -> str:
    """Version of an installed package, or "" if it is not installed."""
    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        return ""


def _device() -> str:
    """Kind of device that JAX computes on; "" if JAX was never needed (asking would start it)."""
    if "jax" not in sys.modules:
        return ""
    import jax

    first = jax.devices()[0]
    return f"{first.platform}: {first.device_kind}"


def find_scenario(manifest: Mapping[str, Any]) -> Scenario:
    """Load the scenario that a manifest names, with its interventions and parameters; warn if it has changed since.

    Raises
    ------
    RunError
        If the scenario is no longer where it was, or no longer valid.
    """
    from dualpower.scenario import ScenarioError, load

    wanted = manifest.get("scenario", {})
    source = str(wanted.get("source", ""))
    try:
        found = repeat(load(source), manifest.get("interventions", []))
    except ScenarioError as error:
        raise RunError(f"the run's scenario {source!r} cannot be loaded again: {error}") from error
    if found.hash != wanted.get("hash"):
        warnings.warn(
            f"the scenario {source!r} is not as it was when this run was made (its files have changed, or it had been "
            "changed in memory)",
            stacklevel=3,
        )
    # an ensemble's index has them among what all its draws depend on
    return _with_values(found, manifest.get("parameters", manifest.get("about", {}).get("parameters", {})))


def _with_values(scenario: Scenario, wanted: Mapping[str, float]) -> Scenario:
    """The scenario with the parameters that a manifest lists, where it has others: those of a draw of an ensemble."""
    now, known = parameters_of(scenario), known_parameters(scenario.names)
    other = {name: float(value) for name, value in wanted.items() if name in known and now.get(name) != value}
    for made in scenario.interventions:
        if made.kind == "scale" and made.target in other:
            # which the intervention multiplies again; by 0 it would differ in nothing
            other[made.target] /= float(made.value)
    return dataclasses.replace(scenario, parameters={**scenario.parameters, **other}) if other else scenario


def repeat(scenario: Scenario, made: Iterable[Mapping[str, Any]]) -> Scenario:
    """Apply interventions, as a manifest lists them, to a scenario."""
    for item in made:
        if item["kind"] == "do":
            scenario = scenario.do(item["target"], item["value"])
        elif item["kind"] == "scale":
            scenario = scenario.scale(item["target"], item["value"])
        else:
            scenario = scenario.set_anew(item["target"], item["value"])
    return scenario


def summary(run: Run) -> dict[str, Any]:
    """Everything the command line prints about a run, as plain numbers and words (fit for JSON)."""
    manifest = run.manifest
    days = run.dates
    return {
        "scenario": {key: manifest.get("scenario", {}).get(key) for key in ("id", "title", "hash")},
        "interventions": manifest.get("interventions", []),
        "seed": run.seed,
        "first": days[0],
        "last": days[-1],
        "complete": run.complete,
        "outcome": {"regime": run.outcome, "name": run.outcome_name, "sentence": run.outcome_sentence},
        "regimes": [
            {"date": date, "new_style": run.new_style(date), "regime": regime, "name": run.regime_name(regime)}
            for date, regime in run.regimes
        ],
        "peaks": {name: _peak(run, name) for name in ("strikers", "marchers", "soldiers_refusing")},
        "deaths": round(float(run.dataset["deaths"].sum()), 1),
        "events": [{str(key): value for key, value in row.items()} for row in run.events.to_dict("records")],
        "wall_seconds": manifest.get("wall_seconds"),
    }


def _peak(run: Run, name: str) -> dict[str, Any]:
    values = run.dataset[name].to_numpy()
    day = int(values.argmax())
    return {"date": run.dates[day], "new_style": run.new_style(run.dates[day]), "value": round(float(values[day]), 1)}
