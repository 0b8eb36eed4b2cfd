"""From the record to parameters, and from parameters to what was still to come.

`evidence` (what the record says, and how sure that is), `objective`, `problem`, `least_squares`, `randomise`, `fit` and
`posterior`; `identify`, `check`, `calibration` ask whether that is right; `points`, `baselines`, `predict`, `scoring`,
`origins`, `forecast` hold it against what came after; `theories`, `stacking`, `confusion` hold rivals against it;
`gradient`, `sensitivity`. `given`, `program` and `values` know whether what is kept or asked for is of this scenario.
"""
