"""How a day passes: one small file a law, pure functions of arrays.

Morning: chronicle (which events happen), line (what parties stand for), government (who is in office), hardship (what
presses), organisation (where agitators are), allegiance (who stands with whom), repression (orders to fire), loyalty
(what holds soldiers), mobilisation (who goes out). Evening: militia (arms), councils (delegates), power (whom people
obey), contests (who wins), regimes (what follows). ``day`` alone knows the order of the morning, ``evening`` that of
the evening; ``parameters`` is the one table of coefficients; ``state``, ``diary``, ``levers`` and ``field`` say what is
handed on, written down, pulled, and fought with.
"""
