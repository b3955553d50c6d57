"""What is printed of a clip: tables and sentences, in both languages."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from core import wire
from core.clock import aware
from core.texts.catalog import Catalog, Domain, Language, catalog
from counter.diagnostics.clips.judgement import WayAccuracy
from counter.diagnostics.clips.summary import RunSummary, Span

_GAP: Final = "  "


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> list[str]:
    """Return lines of text: the first column to the left, the others to the right."""
    columns = list(zip(head, *rows, strict=True))
    widths = [max(map(len, column)) for column in columns]
    return [
        _GAP.join(cell.ljust(width) if not at else cell.rjust(width) for at, (cell, width) in enumerate(cells)).rstrip()
        for cells in (list(zip(row, widths, strict=True)) for row in (head, *rows))
    ]


def summary_lines(summary: RunSummary, language: Language) -> list[str]:
    """Return what was counted, as lines of text."""
    _ = catalog(Domain.DOCTOR, language).gettext
    if not summary.records:
        return [_("Nothing was counted, and nothing observed.")]
    from_, until = (aware(at_ms) for at_ms in summary.span)
    head = _("Counted from {start} to {end} ({length}), by the setup {setup}:").format(
        start=_moment(from_),
        end=_moment(until),
        length=duration(_length_s(summary.span)),
        setup=", ".join(summary.setups),
    )
    return [head, *_lines_table(summary, language), *_zones_table(summary, language), "", *_flags(summary, language)]


def accuracy_lines(found: Sequence[WayAccuracy], language: Language) -> list[str]:
    """Return how a clip was counted beside what was seen, as lines of text."""
    _, pgettext = catalog(Domain.DOCTOR, language).gettext, catalog(Domain.DOCTOR, language).pgettext
    head = [_("line"), _("way"), _("watched"), _("truth"), _("counted")]
    wrong = [_("missed"), _("of those who passed"), pgettext("counts", "false"), _("of those counted")]
    ways = {"forward": _("forward"), "backward": _("backward")}
    rows = [
        [
            *(one.line, ways[one.way], duration(one.watched_s), str(one.truth), str(one.counted)),
            *(str(one.missed), _share(one.missed_share, language)),
            *(str(one.false), _share(one.false_share, language)),
        ]
        for one in found
    ]
    about = _("In brackets: 95 % intervals (Clopper-Pearson), for passages like those of this clip.")
    bound = _(
        "Missed and false are lower bounds: counts have no times, so that one missed and one false in the same count "
        "hide each other. A truth file has times (docs/clips.md)."
    )
    return [*table([*head, *wrong], rows), "", about, *([bound] if any(one.is_bound for one in found) else [])]


def _share(share: tuple[float, float, float] | None, language: Language) -> str:
    if share is None:
        return "-"
    part, low, high = (percent(one, language, 1) for one in share)
    return f"{part} ({low} - {high})"


def made_earlier(records: int, language: Language) -> list[str]:
    """Return what is said where records of a clip were in the outbox before the run."""
    _ = catalog(Domain.DOCTOR, language)
    text = _.ngettext(
        "{records} record of it was there before this run: a clip is counted into an outbox once. Whoever changed "
        "lines, zones or the detector counts it anew with --dry-run, or into another outbox.",
        "{records} records of it were there before this run: a clip is counted into an outbox once. Whoever changed "
        "lines, zones or the detector counts it anew with --dry-run, or into another outbox.",
        records,
    )
    return ["", text.format(records=records)]


def duration(seconds: float) -> str:
    """Return a time as minutes and seconds, or hours, minutes and seconds."""
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"


def percent(share: float | None, language: Language, decimals: int = 0) -> str:
    """Return a share in percent as the language writes it; a dash where there is none."""
    if share is None:
        return "-"
    text = f"{100 * share:.{decimals}f}"
    return f"{text.replace('.', ',')} %" if language is Language.SV else f"{text}%"


def _lines_table(summary: RunSummary, language: Language) -> list[str]:
    if not summary.lines:
        return []
    _ = catalog(Domain.DOCTOR, language).gettext
    head = [_("line"), _("forward"), _("backward"), _("gross forward"), _("gross backward"), _("observed")]
    rows = [
        [
            one.line,
            *map(str, (one.forward, one.backward, one.gross_forward, one.gross_backward)),
            percent(summary.coverage(one.observed_ms), language),
        ]
        for one in summary.lines
    ]
    return ["", *table(head, rows)]


def _zones_table(summary: RunSummary, language: Language) -> list[str]:
    if not summary.zones:
        return []
    _, pgettext = catalog(Domain.DOCTOR, language).gettext, catalog(Domain.DOCTOR, language).pgettext
    ends = [_("came in"), _("appeared"), pgettext("visits", "left"), pgettext("visits", "lost")]
    head = [_("zone"), _("visits"), *ends, _("presence"), _("at most"), _("observed")]
    return ["", *table(head, [_zone_row(summary, one, language) for one in summary.zones])]


def _zone_row(summary: RunSummary, zone: wire.ZoneFlow, language: Language) -> list[str]:
    counts = zone.entries + zone.appeared, zone.entries, zone.appeared, zone.exits, zone.lost
    coverage = percent(summary.coverage(zone.observed_ms), language)
    return [zone.zone, *map(str, counts), duration(zone.presence_s), str(zone.occupancy_max), coverage]


def _flags(summary: RunSummary, language: Language) -> list[str]:
    _: Catalog = catalog(Domain.DOCTOR, language)
    if not summary.flags:
        return [_.gettext("No flags.")]
    found = [
        _.gettext("{flag} in {records} of {all} records").format(flag=flag, records=number, all=summary.records)
        for flag, number in sorted(summary.flags.items())
    ]
    return [_.gettext("Flags: {flags}. What they mean: docs/detectors.md.").format(flags="; ".join(found))]


def _moment(time: datetime) -> str:
    return time.strftime("%Y-%m-%d %H:%M:%S UTC")


def _length_s(span: Span) -> float:
    return (span.end_ms - span.start_ms) / 1000
