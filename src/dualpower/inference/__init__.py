"""From the record to parameters: the objective of a fit, and its least-squares optimiser."""
