"""From the record to parameters: evidence, searches, a posterior."""

from dualpower.inference.fit import fit
from dualpower.inference.posterior import Posterior, load_posterior, read_posterior

__all__ = ["Posterior", "fit", "load_posterior", "read_posterior"]
