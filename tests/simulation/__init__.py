"""The life of a day, simulated: what markets publish when, a service that reads it, and a judge that knows the truth.

    make simulate DAYS=21 MARKET=nyiso SEED=1

`schedules` declares when rows get out and what happens to them, `truth` keeps every version of every row with the
instant at which it got out, each market's module puts them into its envelope, `world` serves them, `clock` moves,
`questions` are asked, `judging` holds every answer to what was true at its instant, `watched` what watches told.
"""
