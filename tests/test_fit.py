"""A fit of a small town: from the record to draws, kept, read, gone on with, the same in any number of processes."""

from __future__ import annotations

import dataclasses
import warnings
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from click.testing import CliRunner

import dualpower as dp
from dualpower import _files
from dualpower.cli import main
from dualpower.cli.fit import present
from dualpower.experiment.drawn import drawn_parameters
from dualpower.inference import calibration
from dualpower.inference.check import check_posterior
from dualpower.inference.pieces import Pieces
from dualpower.inference.posterior import Posterior, posterior_of
from dualpower.inference.problem import made
from dualpower.inference.representative import ASTRAY, LOST, OTHERWISE, Judge, Years, representative, whole_cost
from dualpower.inference.theories import THEORIES
from dualpower.inference.theories import pinned as theory_pinned
from dualpower.inference.values import NEAREST
from dualpower.scenario import Scenario

UNTIL, DRAWS = "1921-04-06", 6


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Scenario:
    folder = tmp_path_factory.mktemp("fit") / "town"
    dp.new("town", folder)
    return dp.load(folder)


def fitted(town: Scenario, **options: object) -> Posterior:
    return dp.fit(town, UNTIL, **({"draws": DRAWS, "starts": 2, "steps": 3} | options))  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def posterior(town: Scenario) -> Posterior:
    return fitted(town)


def test_a_fit_comes_nearer_to_the_record(town: Scenario, posterior: Posterior) -> None:
    assert set(posterior.facts.index) == {"T01", "T02", "T03"}
    here = made(town, UNTIL)
    at_centre = here.alone.residuals(np.zeros(len(here.addresses)))
    assert float(posterior.about["loss"]) < 0.9 * 0.5 * float(at_centre @ at_centre)
    assert posterior.searches["loss"].min() == pytest.approx(float(posterior.about["loss"]))
    assert posterior.draws.shape[0] == DRAWS
    assert np.isfinite(posterior.draws.to_numpy()).all()
    assert (posterior.draws.std() > 0).all()


def test_it_is_kept_whole_and_read_again(posterior: Posterior, tmp_path: Path) -> None:
    again = dp.read_posterior(posterior.save(tmp_path / "posterior.nc"))
    pd.testing.assert_frame_equal(again.draws, posterior.draws, rtol=1e-6)
    pd.testing.assert_frame_equal(again.predicted, posterior.predicted, rtol=1e-5, check_dtype=False)
    assert again.mode == pytest.approx(dict(posterior.mode))
    assert again.until == UNTIL
    assert again.summary()["told"].equals(again.summary()["told"].clip(upper=1.0))
    inference = again.to_inference_data()
    assert inference.posterior["value"].dims == ("chain", "draw", "parameter")


def test_what_is_no_posterior_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(dp.RunError, match="no such file"):
        dp.read_posterior(tmp_path / "nothing.nc")
    (tmp_path / "text.nc").write_text("not a file of numbers")
    with pytest.raises(dp.RunError, match="is no posterior, or damaged"):
        dp.read_posterior(tmp_path / "text.nc")


def test_pieces_that_are_kept_are_not_made_again(
    town: Scenario, posterior: Posterior, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[str] = []
    first = fitted(town, out=tmp_path)
    again = fitted(town, out=tmp_path, resume=True, tell=lambda what, *_: told.append(what))
    assert told == []
    pd.testing.assert_frame_equal(first.draws, again.draws)
    pd.testing.assert_frame_equal(first.draws, posterior.draws)
    with pytest.raises(dp.RunError, match=r"holds another fit \(seed differs\)"):
        fitted(town, out=tmp_path, resume=True, seed=2)
    moved = town.targets.assign(**{name: 2 * town.targets[name] for name in ("value", "low", "high")})
    with pytest.raises(dp.RunError, match=r"holds another fit \(hash differs\)"):  # changed in memory: no file differs
        fitted(dataclasses.replace(town, targets=moved), out=tmp_path, resume=True)
    with _files.held(tmp_path), ThreadPoolExecutor(1) as other:
        refused = other.submit(fitted, town, out=tmp_path).exception()
    assert "another program is writing there" in str(refused)
    monkeypatch.setattr("dualpower.inference.fit.fingerprint", lambda: "edited")
    with pytest.raises(dp.RunError, match=r"holds another fit \(the program differs\); choose another folder"):
        fitted(town, out=tmp_path, resume=True)


@pytest.mark.parametrize("left", [b"", b"PK\x03\x04 and no more", None])
def test_a_damaged_piece_is_made_anew(tmp_path: Path, left: bytes | None) -> None:
    pieces = Pieces(tmp_path, {"what": "a fit"})
    pieces.write("search-000", {"theta": np.arange(1000.0)})
    assert pieces.read("search-000") is not None
    (path,) = tmp_path.glob("piece-*.npz")
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) // 2] if left is None else left)
    assert pieces.read("search-000") is None


def test_more_draws_leave_the_first_as_they_were(town: Scenario, posterior: Posterior) -> None:
    few = fitted(town, draws=3)
    pd.testing.assert_frame_equal(few.draws, posterior.draws.iloc[:3])


def test_what_is_set_is_not_fitted(town: Scenario) -> None:
    found = fitted(town.set("allegiance.blame", 0.0), draws=0, starts=1, steps=1)
    assert "allegiance.blame" not in found.mode
    assert "allegiance.match" in found.mode


def test_a_search_begins_where_there_are_parameters(town: Scenario) -> None:
    with pytest.raises(dp.RunError, match=r'^begin: no parameter is called "allegiance.blaem"; did you mean'):
        fitted(town, begin={"allegiance.blaem": 1.0})
    found = fitted(town, draws=0, steps=1, begin={**town.parameters, "allegiance.blame": 0.0})
    assert len(found.searches) == 3
    assert np.isfinite(found.searches["loss"]).all()


def test_nothing_to_fit_is_one_sentence(town: Scenario) -> None:
    with pytest.raises(dp.RunError, match="no target is dated up to"):
        dp.fit(town, town.spec.calendar.start, draws=0)


def test_ensembles_take_the_posterior_that_comes_with_a_scenario(posterior: Posterior, tmp_path: Path) -> None:
    dp.new("town", tmp_path / "town")
    posterior.save(tmp_path / "town" / "posterior.nc")
    town = dp.load(tmp_path / "town")
    table = drawn_parameters(town)
    assert table is not None
    assert np.allclose(table, posterior.draws, rtol=1e-6)
    assert drawn_parameters(town, "point") is None
    assert drawn_parameters(town, "posterior") is not None
    by_default = dp.simulate(town, draws=4, until=UNTIL)
    by_hand = dp.simulate(town, draws=4, until=UNTIL, parameters=table)
    at_point = dp.simulate(town, draws=4, until=UNTIL, parameters="point")
    assert by_default.dataset.strikers.equals(by_hand.dataset.strikers)
    assert not by_default.dataset.strikers.equals(at_point.dataset.strikers)


def test_the_posterior_of_a_theory_is_found_by_what_is_pinned(posterior: Posterior, tmp_path: Path) -> None:
    town = dp.load(dp.new("town", tmp_path / "town"))
    pinned = town.set("allegiance.blame", 0.0)
    posterior.save(town.folder / "posterior.nc")
    assert posterior_of(pinned, UNTIL) is None
    theirs = dataclasses.replace(posterior, about={**posterior.about, "pins": '{"allegiance.blame": 0.0}', "seed": 9})
    theirs.save(town.folder / "posterior-meek.nc")
    own, found = posterior_of(town, UNTIL), posterior_of(pinned, UNTIL)
    assert own is not None
    assert found is not None
    assert (int(own.about["seed"]), int(found.about["seed"])) == (1, 9)
    assert posterior_of(pinned, "1921-04-30") is None
    assert posterior_of(town.scale("allegiance.blame", 0.5), UNTIL) is None


def edited(tmp_path: Path, name: str, old: str, new: str) -> Scenario:
    """The town with some words of a file replaced."""
    folder = dp.new("town", tmp_path / "edited")
    text = (folder / name).read_text()
    assert old in text
    (folder / name).write_text(text.replace(old, new))
    return dp.load(folder)


@pytest.mark.parametrize(
    ("name", "old", "new", "same", "same_of_old"),
    [
        ("scenario.toml", "A port after a lost war", "A harbour after a war", True, True),
        ("series.csv", "invented,guess,before", "a book,scholarly,before", True, True),
        ("series.csv", "food,1921-03-15,0.8", "food,1921-03-15,0.7", False, True),
        ("units.csv", "docker,harbour,4200,", "docker,harbour,4300,", False, True),
        ("timeline.toml", "hazard = 0.02", "hazard = 0.03", True, True),
        ("scenario.toml", "hazard = 0.05", "hazard = 0.06", False, True),
        ("scenario.toml", "authority.assemblies < 0.1", "authority.assemblies < 0.2", False, True),
        ("timeline.toml", '>= 0.2"], hazard', '>= 0.3"], events = ["july-demonstration"], hazard', True, True),
        ("scenario.toml", "founders = 0.8", "founders = 0.4", False, False),
    ],
)
def test_a_posterior_is_of_the_scenario_whose_numbers_it_was_given(
    posterior: Posterior, tmp_path: Path, name: str, old: str, new: str, same: bool, same_of_old: bool
) -> None:
    town = edited(tmp_path, name, old, new)
    assert dp.read_posterior(posterior.save(tmp_path / "own.nc")).is_of(town, UNTIL) is same
    about = {key: value for key, value in posterior.about.items() if key != "given"}
    older = dataclasses.replace(posterior, about=about)  # as files were before they kept what is given
    assert older.is_of(town, UNTIL) is same_of_old


def test_a_posterior_that_lacks_a_member_or_a_law(town: Scenario, posterior: Posterior) -> None:
    family = posterior.prior.index.str.startswith("councils.founders.")
    law = posterior.prior.index.str.startswith("councils.founders")
    assert family.sum() > 1
    lacks_one = dataclasses.replace(posterior, prior=posterior.prior.drop(posterior.prior.index[family][0]))
    assert not lacks_one.is_of(town, UNTIL)
    lacks_all = dataclasses.replace(posterior, prior=posterior.prior[~law])
    assert lacks_all.is_of(town, UNTIL)  # as if the parameter were younger
    strange = posterior.prior.rename({posterior.prior.index[family][0]: "councils.founders.nobody"})
    assert not dataclasses.replace(posterior, prior=strange).is_of(town, UNTIL)


@pytest.mark.parametrize("name", ["posterior", *(f"posterior-{one.name}" for one in THEORIES[1:])])
def test_posteriors_that_come_with_the_library_are_of_their_scenario(petrograd: Scenario, name: str) -> None:
    theory = name.removeprefix("posterior").removeprefix("-") or "full"
    found = posterior_of(theory_pinned(petrograd, theory), "1917-07-31")
    assert found is not None
    own = dp.read_posterior(petrograd.folder / f"{name}.nc")
    pd.testing.assert_frame_equal(found.draws, own.draws)


@pytest.mark.slow
def test_a_second_opinion_on_a_few_parameters(town: Scenario, posterior: Posterior) -> None:
    found = check_posterior(town, posterior, parameters=2, draws=8, warmup=8, chains=2)
    assert list(found.table.columns) == ["nuts_mean", "nuts_sd", "rto_mean", "rto_sd", "r_hat", "ess", "apart"]
    assert len(found.table) == 2
    assert np.isfinite(found.table[["nuts_mean", "nuts_sd", "rto_mean", "rto_sd", "apart"]].to_numpy()).all()
    assert (found.table[["nuts_sd", "rto_sd"]] > 0).to_numpy().all()
    assert 0 < found.acceptance <= 1


def test_simulations_that_are_lost_are_told(
    town: Scenario, posterior: Posterior, monkeypatch: pytest.MonkeyPatch
) -> None:
    def some_are_lost(work: object, pieces: list[object], *, jobs: int, done: Callable[[object], None]) -> list[object]:
        done((0, np.zeros((15, len(made(town, UNTIL).addresses)))))
        return [(piece, "its worker died") for piece in pieces[1:]]

    monkeypatch.setattr(calibration, "do_all", some_are_lost)
    with pytest.raises(dp.RunError, match=r"^recovery: 2 simulations were lost, the first because its worker died$"):
        calibration.calibrate(town, posterior, "recovery", simulations=3)


def test_theta_of_nought_is_as_a_fit_has_it(posterior: Posterior) -> None:
    name = next(address for address, row in posterior.prior.iterrows() if row["kind"] == "lognormal" and row["centre"])
    nought = posterior.draws.assign(**{str(name): 0.0})
    row = posterior.prior.loc[name]
    found = posterior.theta(nought)[:, list(posterior.draws).index(str(name))]
    np.testing.assert_allclose(found, np.log(NEAREST) / row["sd"])


def test_theta_and_values_of_a_posterior_are_inverse(posterior: Posterior) -> None:
    theta = posterior.theta(posterior.draws)
    pd.testing.assert_frame_equal(posterior.values(theta), posterior.draws, rtol=1e-6)


def test_the_point_for_single_years_is_better_than_every_draw(town: Scenario, posterior: Posterior) -> None:
    point = representative(town, posterior)
    assert set(point) == set(posterior.draws)
    judge = Judge(town, posterior)
    draws = judge.years(posterior.theta(posterior.draws))
    found = judge.years(posterior.theta(pd.DataFrame([point])))
    assert whole_cost(found)[0] <= whole_cost(draws).min() + 1e-3


def test_years_that_go_astray_cost_more() -> None:
    days, ends = np.array([[0, 0], [0, 6], [300, 300]]), np.array([[False, False], [False, False], [False, True]])
    years = Years(np.zeros((3, 2, 1)), np.ones(3), days, ends)
    np.testing.assert_allclose(whole_cost(years), [1.0, 1.0 + ASTRAY * 6 / 2, 1.0 + LOST + OTHERWISE / 2])


def test_a_parameter_declared_nought_stays_so(posterior: Posterior) -> None:
    name = str(posterior.prior.index[posterior.prior["kind"] == "lognormal"][0])
    prior, draws = posterior.prior.copy(), posterior.draws.copy()
    prior.loc[name, "centre"], draws[name] = 0.0, 0.0
    nought = dataclasses.replace(posterior, prior=prior, draws=draws)
    assert np.isfinite(nought.theta(draws)).all()
    assert (nought.values(nought.theta(draws))[name] == 0).all()
    assert nought.told()[name] == 0


def test_one_draw_tells_nothing_of_a_variance(posterior: Posterior, capsys: pytest.CaptureFixture[str]) -> None:
    alone = dataclasses.replace(
        posterior,
        draws=posterior.draws[:1],
        predicted=posterior.predicted[:1],
        about={**posterior.about, "method": "mode"},
    )
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        present(alone, as_json=False)
    said = capsys.readouterr().out
    assert "; the mode alone in " in said
    assert "so few" not in said
    assert "nan" not in said
    assert alone.told().isna().all()


def test_a_posterior_is_kept_where_no_point_is_found(
    posterior: Posterior, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from dualpower.cli._errors import IN_PART, StopError
    from dualpower.cli.fit import _install
    from dualpower.inference import representative as module

    def fails(*_: object) -> None:
        raise dp.RunError("the laws give no finite numbers")

    monkeypatch.setattr(module, "representative", fails)
    own = dp.load(dp.new("town", tmp_path / "town"))
    before = (own.folder / "parameters.toml").read_text()
    with pytest.raises(StopError, match="the posterior is kept, but no point") as stopped:
        _install(own, posterior, True)
    assert stopped.value.exit_code == IN_PART
    assert (own.folder / "posterior.nc").is_file()
    assert (own.folder / "parameters.toml").read_text() == before


def test_parameters_written_by_hand_are_kept_once(
    posterior: Posterior, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from dualpower.cli.fit import _install

    own = dp.load(dp.new("town", tmp_path / "town"))
    by_hand = (own.folder / "parameters.toml").read_text()
    for value in (1.0, 2.0):
        point = {"allegiance.match": value}
        monkeypatch.setattr("dualpower.inference.representative.representative", lambda *_, point=point: point)
        _install(own, posterior, True)
    assert (own.folder / "parameters.before.toml").read_text() == by_hand
    assert "match = 2" in (own.folder / "parameters.toml").read_text()
    assert dp.load(own.folder).parameters == {"allegiance.match": 2.0}


def test_an_interrupted_search_for_the_point_says_what_is_kept_and_goes_on(
    posterior: Posterior, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stopped(*_: object) -> None:
        raise KeyboardInterrupt

    folder, out = dp.new("town", tmp_path / "town"), tmp_path / "fit"
    before = (folder / "parameters.toml").read_text()
    out.mkdir()
    (out / "piece-search-000.npz").write_bytes(b"")
    words = ["fit", str(folder), "-q", "--install"]
    monkeypatch.setattr("dualpower.inference.fit.fit", lambda *_, **__: posterior)
    monkeypatch.setattr("dualpower.inference.representative.representative", stopped)
    for more, way in ((["-o", str(out)], "the same command with --resume"), ([], "the same command again")):
        ended = CliRunner().invoke(main, [*words, *more])
        assert ended.exit_code == 130
        assert f"{folder}/posterior.nc is kept, but no point" in ended.stderr
        assert way in ended.stderr
    assert (folder / "parameters.toml").read_text() == before
    assert list(out.glob("piece-*.npz"))  # what the command goes on with
    monkeypatch.setattr("dualpower.inference.representative.representative", lambda *_: {"allegiance.match": 1.0})
    assert CliRunner().invoke(main, [*words, "-o", str(out), "--resume"]).exit_code == 0
    assert (folder / "parameters.toml").read_text() != before
    assert not list(out.glob("piece-*.npz"))


def test_a_posterior_that_is_not_there_is_not_replaced_by_the_point(town: Scenario) -> None:
    assert drawn_parameters(town) is None
    with pytest.raises(dp.RunError, match="there is no posterior"):
        dp.simulate(town, draws=2, parameters="posterior")
