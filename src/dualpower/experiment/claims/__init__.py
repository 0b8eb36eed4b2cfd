"""Claims put to the test: paired counterfactuals, causes with bounds, doses, placebos, shares, what they rest on."""

from __future__ import annotations

from dualpower.experiment.claims.plan import Theory
from dualpower.experiment.claims.result import ClaimsResult, load_claims
from dualpower.experiment.claims.testing import test_claims

__all__ = ["ClaimsResult", "Theory", "load_claims", "test_claims"]
