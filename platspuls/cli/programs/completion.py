"""`platspuls completion`: what a shell needs to complete commands, options and their choices."""

import click
from click.shell_completion import get_completion_class

_VARIABLE = "_PLATSPULS_COMPLETE"


@click.command()
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
def completion(shell: str) -> None:
    """Print the script that lets SHELL complete `platspuls`; docs/operating.md says where it goes."""
    from platspuls.cli.main import main

    kind = get_completion_class(shell)
    if kind is None:  # click knows all of the choices
        raise click.ClickException(f"there is no completion for {shell}")
    click.echo(kind(main, {}, "platspuls", _VARIABLE).source())
