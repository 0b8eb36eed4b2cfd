"""The words of the page docs/population.md; its numbers come from scripts/population_accounts.py."""

from __future__ import annotations

TEXT_HEAD = """# The people of `petrograd-1917`

This page is written by `scripts/population_accounts.py` from the tables of the scenario; do not edit it by hand.
The tables themselves are built by `scripts/build_petrograd.py`, which holds every decision in words.

**Who is counted.** A unit holds people of about 14 and older who can take part in politics. Children under 14 are
in no unit: they are a row of `accounts.csv` for each city district. Everyone in the units of the city at the start,
plus the children, is the population of the city. Children are taken as 22 % of
those outside barracks: a guess, above the 19 % or so of the 1880s (age table of the Encyclopaedia Britannica, 9th
edition). The source does not say whether its 2,412,700 include the garrison; here they do.

**What is not counted**: civilians of the suburbs other than factory workers; children; men of the city militia and
the women's battalion before they exist (`changes.csv` opens them; militiamen are not taken out of other units, so
8,000 people are counted twice from March on); prisoners, wounded in hospitals, deserters in hiding. The Red Guard
is no unit: it is something that people of other units do.
"""

TEXT_HOMES = """## Work and home

`commuting.csv` gives, for each district of work, where its people live. No record of this was found. The rule:
shares in proportion to exp(-distance / 2.5 km) x room at home; within one district the way is 0.6 km; no district
takes more workers than it has room for, and at least a fifth of its adults outside barracks work nowhere. Shares
under 0.01 are dropped. The shares are about those who live away from work: soldiers, sailors, police, cadets,
servants, artisans and pupils live in the district in which they are counted. Residents of a district are its people
minus children, minus barracks, minus those who live in, minus those who work somewhere; a guessed share of them is
of the middle classes.
"""

TEXT_ADJUSTED = """## What was adjusted, and why

- **Factories.** The material's rows sum to 411,441 with the suburbs; read are 392,000 in the city and 24,000 in its
  outskirts. Named plants stay as they are. The "remainder" rows of the city (district totals of another series,
  384,638) are raised by about 5 % so that the city has 392,000. The naval works of Kronstadt (6,000) stand beside
  the 24,000: they belonged to the navy. What Izhora, Sestroretsk and Shlisselburg leave of 24,000 goes to three
  suburbs in equal parts.
- **Industries.** Remainders are split into metal, textile, chemical and other plants. A guessed mix by district is
  fitted to the totals of the industries (metal 237,369 read; the table sums to 392,828 and is scaled to 392,000).
- **Plants.** Each named plant is one workplace; the rest is size / mean size of the small plants of its industry
  (metal 379 plants read, the others from memory). So the mean plant of city and outskirts comes out near the 409
  read.
- **Second City**: named plants exceed the district total by 56; hence no remainder, as in the material.
- **Bakers** (20,000, read) are taken out of the row of bakers, cooks and waiters. **Red Guards** are dropped.
- **Mounted police** are counted with the police, not with the garrison.
- **City militia** of March: it has the roles of those from whom it was raised (students, in Vyborg and Narva working
  residents). With the role of the old police it would fight for the old order.
- **State militia of the army** is called `r_druzhina_...` here, so that it is not confused with `p_militia_...`,
  the city militia of March.
- **Dated units**: the 1st Machine Gun Regiment moves from Oranienbaum to the Vyborg side on 1 March; police and
  gendarmes close on 1 March and the militia opens on 2 March; three ships come into the Neva on 25 October; the
  women's battalion is in the city from 24 October. These dates are history: a year that has left history keeps them
  all the same.
- **Several places**: regiments stand in the first place listed, but for four (`crosswalk.csv` says why); offices and
  shops are split over districts by guessed shares or by population (it has every share).
- **Workplaces** of regiments are companies of about 250; of offices, shops and residents, assemblies of about 1,000
  in which small workplaces elect together.
- **Cells.** 2,500 Bolsheviks in the city (2,000 to 3,000 read), about 100 of them at Putilov (read); 24,000 in
  Russia (read). The rest follows size x weight of the role x weight of the district, threefold on the Vyborg side;
  outside, the regional table of September. Kiev, Ekaterinoslav and Nizhny (read) lie inside larger units. Numbers
  for Mensheviks and Socialist Revolutionaries are guesses.

## Conflicts that stay

- Garrison: 150,000 to 160,000 read for February; 250,000 (June, perhaps with suburbs), 60,000 (October, Reed) and
  150,000 (October, memory) also stand in the record. Sizes are not changed over the year.
- Putilov: 24,000 on 1 January read; 30,000, 36,000 and 40,000 for later in the year. The Pipe Works: 30,000 read,
  19,046 kept (memory), because 30,000 cannot stand beside the total of its district.
- Police: 3,500 on three pages, a little over 1,000 on one. Gendarmes and mounted police come on top here.
- Kazan is put with the First City, as in the material's list of centres; other lists of 1917 put it with the
  Second.
- 24,000 Bolsheviks in Russia against 2,500 in the city, 600 in Moscow, 500 in the Urals and 900 in three other towns:
  about 19,500 must then have lived in places of which nothing was read, so the figure may be generous. It is kept
  because it is the figure that was read.
"""

TEXT_CROSSWALK = """## One set of districts

Spassky is shared half and half by two districts. Barracks, schools, offices and shops stand in `crosswalk.csv` with
every share. Factories of the Rozhdestvensky district may partly have stood in Alexander-Nevsky, for which the material
names no factory.
"""
