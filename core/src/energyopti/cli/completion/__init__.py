"""Completion of command lines in bash, zsh, fish and PowerShell: from a list on disk, without imports of plugins.

A shell's script runs ``energyopti __complete SHELL ...`` each time that Tab is pressed. `reply` answers it from what
`kept` has on disk, which `known` makes from the commands and the installed markets when they have changed. Only `known`
and `command` may import more than the standard library: Tab must be quick.
"""
