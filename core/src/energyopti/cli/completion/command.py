"""``completion``: the script that makes a shell complete command lines."""

from __future__ import annotations

from pathlib import Path

import click

from energyopti.cli.completion.kept import kept, made
from energyopti.cli.installation import installation
from energyopti.cli.output import emit

SHELLS = ("bash", "zsh", "fish", "powershell")
_SCRIPTS = Path(__file__).parent / "scripts"
_HELP = """Print a script for Tab: markets, feeds, runs, places, times, formats.

\b
To have it in every shell, add a line to the shell's own file:
  bash        ~/.bashrc      eval "$(energyopti completion bash)"
  zsh         ~/.zshrc       eval "$(energyopti completion zsh)"    (after compinit)
  fish        ~/.config/fish/config.fish
                             energyopti completion fish | source
  PowerShell  $PROFILE       energyopti completion powershell | Out-String | Invoke-Expression

Places are those that feeds declare, and those that energyopti locations MARKET has listed. Nothing is fetched.
"""


@click.command(
    "completion", help=_HELP, short_help="Print a script for Tab in bash, zsh, fish or PowerShell."
)
@click.argument(
    "shell", type=click.Choice(SHELLS, case_sensitive=False), help="bash, zsh, fish or powershell."
)
@click.pass_context
def completion(context: click.Context, shell: str) -> None:
    """Print a shell's script, and make the list that it completes from, if there is none that holds."""
    if kept() is None:
        made(installation(context).registry)
    emit([(_SCRIPTS / f"energyopti.{shell}").read_bytes()])
