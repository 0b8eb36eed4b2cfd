"""What the documents of ``--json`` have in them, for the page of the command line; a test holds it to the commands."""

from __future__ import annotations

from pages.markdown import table

KEYS: dict[str, dict[str, str]] = {
    "run": {
        "scenario": "`id`, `title`, `hash` (of files and interventions)",
        "interventions": "list of `kind`, `target`, `value`",
        "seed": "of all chance",
        "first, last": "days of the year that was lived",
        "complete": "whether it reached its last day",
        "outcome": "`regime` on the last day, `name`, `sentence`",
        "regimes": "list of `date`, `new_style`, `regime`, `name`",
        "peaks": "for strikers, marchers and soldiers refusing, `date` and `value` (persons)",
        "deaths": "persons, of all days",
        "events": "list of `event`, `date`, `option`, `happened`, `why`",
        "score": "how many targets are in their band, and `targets`, a row each; null if there are none",
        "wall_seconds": "what it took",
        "folder, missing": "where it is kept, and what could not be kept there",
    },
    "run --draws": {
        "scenario": "`id`, `title`, `calendar`, `hash`, `source`, `files` with their fingerprints",
        "interventions, seed, draws": "as asked for",
        "first, last": "days of the years",
        "missing": "ranges of draws that are not there",
        "outcomes": "list of `outcome`, `probability`, `standard_error`, `low` and `high` (90 %, Wilson), `draws`, `of`",
        "regimes": "when each begins, over the draws in which it does",
        "score": "`in_band`, `of`, and `targets` with the spread of the draws",
        "folder": "where it is kept",
    },
    "compare": {
        "scenario, package_version, dates": "what both years are of; first and last day",
        "run, other": "interventions, `seed`, `population`, `forked`, `outcome` and `regimes` of each",
        "first": "first day on which a number differs; null if none does",
        "outcome": "of `run` and `other`, and whether it is the `same`",
        "variables": "where each differs most: `variable`, `where`, `date`, `run`, `other`, `difference`",
        "events": "those that went otherwise",
        "groups, districts": "largest differences in camps and activity",
        "changed": "persons, one by one, with `--changed`; else null",
    },
    "compare --draws": {
        "scenario, package_version, dates": "what all years are of; first and last day",
        "factual, other": "interventions of the unchanged and of the changed years",
        "seed, draws": "both sides alike",
        "fork, effective_sample_size": "whether the record weighs the draws, and how many they are then worth",
        "first, usual_first, draws_that_differ": "when the first pair, and most pairs, part; how many do",
        "words": "the sentences that are printed",
        "outcomes": "list of `from`, `to`, `share` of the pairs",
        "last": "the main quantities on the last day: means, `difference` with the 90 % interval `low` to `high` of its mean, `low_90` to "
        "`high_90` of the pairs, `compared`, the share of pairs that it is about",
    },
    "claims": {
        "format": "of the document",
        "scenario": "`id`, `title`, `hash` as in `run`, `content_hash` (of the contents of the files alone)",
        "source": "whose claims they are",
        "draws, checks, seed": "pairs of years for every intervention, and for assumptions, theories and shares",
        "parameters, parameter_rows": "where parameters come from, and how many sets there are",
        "interventions": "on top of which the claims are tested",
        "theories": "weight by name",
        "claims": "one each: texts, `verdict`, `sentence`, `outcomes`, `doses`, `placebos`, `swapped`, `settings`, `shares`",
    },
    "what-if": {
        "scenario": "its id",
        "events": "list of `id`, `name`, `date`, `kind`, `actor`, `meaning`, `presupposes`, `rule`, `options`",
        "scale": "list of `path`, `meaning`, `names`: what `--scale` can multiply",
    },
    "check": {
        "folder, ok": "what was checked, and whether nothing is at fault",
        "faults": "list of `file`, `where`, `found`, `expected`, `hint`",
        "notes": "what is no fault and may surprise",
    },
    "score": {
        "run": "which it is",
        "all, calibrate, heldout": "how many targets of each split are in their band",
        "targets": "a row each, misses first",
    },
}
"""Keys of a command's document, several with one meaning together."""

INTRODUCTION = """## What `--json` prints

One document, in which what has no number or no end (an interval without bounds) is `null`. Shares are 0 to 1, dates are the scenario's own.
"""


def section() -> str:
    """A table for each command."""
    parts = [
        f"**`dualpower {command}`**\n\n{table(('key', 'what it is'), _rows(keys))}" for command, keys in KEYS.items()
    ]
    return "\n".join([INTRODUCTION, *parts])


def _rows(keys: dict[str, str]) -> list[tuple[str, str]]:
    return [(", ".join(f"`{name}`" for name in names.split(", ")), words) for names, words in keys.items()]
