"""The example of docs/site-file.md, which every test of the site file starts from."""

from pathlib import Path

from core.site_file.document import SiteFile
from core.site_file.load import load
from tests.docs.blocks import blocks

DOCS = Path(__file__).parents[3] / "docs" / "site-file.md"


def example() -> str:
    """Return the TOML text in the docs."""
    [found] = blocks("docs/site-file.md", "toml")
    return found


def changed(*replacements: tuple[str, str]) -> str:
    """Return the example with the first of each old text made new; every old text must be there."""
    text = example()
    for old, new in replacements:
        assert old in text, old
        text = text.replace(old, new, 1)
    return text


def loaded(folder: Path, text: str) -> SiteFile:
    """Load a site file of this text."""
    path = folder / "site.toml"
    path.write_text(text, "utf-8")
    return load(path)
