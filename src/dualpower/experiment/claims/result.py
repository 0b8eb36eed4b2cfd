"""What came out of claims that were put to the test: tables, sentences, files."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from dualpower import _files
from dualpower._arguments import as_place
from dualpower.run import RunError
from dualpower.scenario.faults import did_you_mean

RESULTS, VERDICTS, OUTCOMES, REPORT = "claims.json", "verdicts.csv", "outcomes.csv", "claims.html"
SAVED = (OUTCOMES, VERDICTS, RESULTS)
FORMAT = "dualpower-claims"
LISTS = ("outcomes", "doses", "placebos", "also", "shares", "settings")


class ClaimsResult:
    """What is found about claims.

    Parameters
    ----------
    document
        Everything, as plain numbers and words: `scenario`, `source`, `draws`, `checks` (draws of the settings), `seed`,
        `parameters`, `interventions`, `theories` (weights), and `claims`. Each claim has its texts, its `verdict` and
        `sentence`, how many years are `counted` `of` how many, and lists of rows: `outcomes`, `doses`, `placebos`,
        `also` (other interventions), `shares` (Shapley's), `settings` (assumptions and calls off, theories). `swapped`:
        how many `intervals` there are where coins have swapped the years of pairs, and how many leave zero `outside`.
        Probabilities and shares are 0 to 1, intervals `low` to `high` 90 %.
    """

    def __init__(self, document: Mapping[str, Any]) -> None:
        self.document = {"format": FORMAT, **document}

    @property
    def claims(self) -> list[dict[str, Any]]:
        """One entry a claim."""
        return list(self.document["claims"])

    def claim(self, name: str) -> dict[str, Any]:
        """The entry of one claim.

        Raises
        ------
        RunError
            If none of those tested is called so.
        """
        known = {claim["id"]: claim for claim in self.claims}
        if name not in known:
            raise RunError(
                f'there is no claim "{name}" here; {did_you_mean(name, known) or "one of " + ", ".join(known)}'
            )
        return dict(known[name])

    @property
    def verdicts(self) -> pd.DataFrame:
        """One row a claim: verdict, sentence, what it rests on, whether a law builds it in."""
        rows = [
            {"id": c["id"], "title": c["title"], "verdict": c["verdict"], "counted": c["counted"], "of": c["of"],
             "built_in": bool(c["by_construction"]), "rests_on": "; ".join(c["rests_on"]), "sentence": c["sentence"]}
            for c in self.claims
        ]  # fmt: skip
        return pd.DataFrame(rows).set_index("id")

    @property
    def outcomes(self) -> pd.DataFrame:
        """One row for each outcome of each claim: with and without, difference, interval, verdict, PN, PS, PNS."""
        return pd.DataFrame([_flat(c["id"], row) for c in self.claims for row in c["outcomes"]])

    def table(self, name: str) -> pd.DataFrame:
        """Rows of all claims from one of their lists: outcomes, doses, placebos, also, shares, settings.

        Raises
        ------
        RunError
            If there is no such list.
        """
        if name not in LISTS:
            raise RunError(f'claims have no list "{name}"; one of {", ".join(LISTS)}')
        return pd.DataFrame([{"claim": c["id"], **row} for c in self.claims for row in c[name]])

    def to_json(self) -> str:
        """The document; the same result gives the same text."""
        return json.dumps(plain(self.document), indent=1, ensure_ascii=False, allow_nan=False) + "\n"

    def save(self, folder: str | Path, *, report: bool = True) -> Path:
        """Write claims.json, two tables and (unless told otherwise) the report into a folder; returns it.

        Raises
        ------
        RunError
            If the folder cannot be written, or has what would be lost.
        """
        place = as_place(folder)
        texts = {RESULTS: self.to_json(), OUTCOMES: self.outcomes.to_csv(index=False),
                 VERDICTS: self.verdicts.reset_index().to_csv(index=False)}  # fmt: skip
        if report:
            from dualpower.report.claims import claims_page

            texts[REPORT] = claims_page(self.document)
        _files.check_output(folder, SAVED)
        contents = {name: text.encode() for name, text in texts.items()}
        _files.write_files(place, contents, last=RESULTS, stale=() if report else (REPORT,))
        return place

    def __repr__(self) -> str:
        """One line: how many claims came out how."""
        counts = self.verdicts["verdict"].value_counts()
        said = ", ".join(f"{counts.get(name, 0)} {name}" for name in ("supported", "contradicted", "undecided"))
        return f"<Claims of {self.document['scenario']['title']}: {said}; {self.document['draws']} draws>"


def load_claims(path: str | Path) -> ClaimsResult:
    """Read a result that was saved: its folder, or the JSON file itself.

    Raises
    ------
    RunError
        If there is none.
    """
    place = as_place(path)
    file = place / RESULTS if place.is_dir() else place
    try:
        document = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise RunError(f"{file}: cannot be read as the result of claims ({error})") from None
    if not isinstance(document, dict) or document.get("format") != FORMAT:
        raise RunError(f"{file}: is no result of claims")
    return ClaimsResult(document)


def _flat(claim: str, row: Mapping[str, Any]) -> dict[str, Any]:
    causal = row["causes"] or {}
    known = {f"{short}{end}": causal[name][key]
             for name, short in (("necessity", "pn"), ("sufficiency", "ps"), ("both", "pns")) if name in causal
             for key, end in (("coupled", ""), ("low", "_low"), ("high", "_high"))}  # fmt: skip
    return {"claim": claim, **{key: value for key, value in row.items() if key != "causes"}, **known}


def plain(value: Any) -> Any:
    """What JSON has: numbers with at most ten figures, null for what is no number."""
    if isinstance(value, Mapping):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    if hasattr(value, "item"):
        value = value.item()
    if isinstance(value, float):
        return None if value != value or value in (float("inf"), float("-inf")) else float(f"{value:.10g}")
    return value
