"""Figures for the public: a fixed grid, with small cells suppressed. No key is needed for them."""

from urllib.parse import quote

from platspuls_client.models import GridPublicDwell, Passages, PublicParticipants, PublicSite, PublicSurvey
from platspuls_client.reading import Reading


class PublicFigures:
    """Reads public figures."""

    __slots__ = ("_reading",)

    def __init__(self, reading: Reading) -> None:
        self._reading = reading

    def sites(self) -> list[PublicSite]:
        """Return the sites that have public figures."""
        return self._reading.connection.read("/api/v1/public/sites", list[PublicSite])

    def passages(self, site: str, frame: str) -> Passages:
        """Return passages of the site and of its borders.

        Args:
            site: its key.
            frame: a day by the hour (2026-11-20), a month by the day (2026-11), a year by the month (2026), or by its
                ISO weeks (2026-weeks).
        """
        return self._reading.connection.read(_path(site, "passages", frame), Passages)

    def dwell(self, site: str, frame: str) -> GridPublicDwell:
        """Return dwell of zones; `frame` as of passages, but for weeks."""
        return self._reading.connection.read(_path(site, "dwell", frame), GridPublicDwell)

    def participants(self, site: str, year: int) -> PublicParticipants:
        """Return who took part in activities in a year that is over."""
        return self._reading.connection.read(_path(site, "participants", str(year)), PublicParticipants)

    def surveys(self, site: str, year: int) -> list[PublicSurvey]:
        """Return the questionnaire rounds of a year that is over."""
        return self._reading.connection.read(_path(site, "surveys", str(year)), list[PublicSurvey])


def _path(site: str, part: str, of: str) -> str:
    return f"/api/v1/public/sites/{quote(site, safe='')}/{part}/{quote(of, safe='')}"
