"""A new plugin, as files: a distribution that installs and passes the contract kit, its first feed drafted from a file.

`energyopti.scaffold.sample` takes a file apart, `clocks` and `matching` guess what its columns mean, and `drafting`
makes a layout of that, with a list of all that was guessed; `project` writes the distribution.
"""
