"""`platspuls dashboards`: the dashboards of Grafana."""

from pathlib import Path

import click


@click.group()
def dashboards() -> None:
    """Make the dashboards of Grafana."""


@dashboards.command()
@click.option("--check", is_flag=True, help="Write nothing; fail when a file is missing, out of date or too many.")
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path), default=Path("dashboards/json"))
def build(check: bool, folder: Path) -> None:
    """Write the dashboards into FOLDER (dashboards/json), one file a dashboard and language."""
    from dashboards.build import documents

    made = documents()
    stale = [name for name, text in made.items() if _read(folder / name) != text]
    extra = sorted(path.name for path in folder.glob("*.json") if path.name not in made)
    if check and (stale or extra):
        names = ", ".join([*stale, *extra])
        raise click.ClickException(
            f"not as they are built in {folder}: {names}; run `platspuls dashboards build {folder}`"
        )
    folder.mkdir(parents=True, exist_ok=True)
    for name in stale:
        (folder / name).write_text(made[name], encoding="utf-8")
        click.echo(f"wrote {folder / name}")
    for name in extra:
        click.echo(f"{folder / name} is no dashboard of this version; remove it", err=True)


def _read(path: Path) -> str | None:
    return path.read_text(encoding="utf-8") if path.exists() else None
