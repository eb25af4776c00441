"""Every number that trades speed, memory or politeness, in one place: change one here, then measure.

Facts about formats and protocols (hours in a day, status codes) stay where they are read; what users may set is in
`energyopti.settings`.
"""
