"""The texts of alerts, for whoever is woken by one."""

from dataclasses import dataclass
from typing import Final

from dashboards.language import Text


@dataclass(frozen=True, slots=True)
class AlertText:
    """What an alert says.

    Attributes:
        title: the rule's name.
        summary: what is wrong, with the labels and the value A of the row.
        remedy: what to look at first.
    """

    title: Text
    summary: Text
    remedy: Text


DEVICE_SILENT: Final = AlertText(
    title=Text(sv="Räknare tyst", en="Device silent"),
    summary=Text(
        sv="{{ $labels.site }}: räknaren {{ $labels.device }} har inte hörts på {{ humanizeDuration $values.A.Value "
        "}}.",
        en="{{ $labels.site }}: the device {{ $labels.device }} wasn't heard for {{ humanizeDuration $values.A.Value "
        "}}.",
    ),
    remedy=Text(
        sv="Ström och nät hos räknaren, sedan mäklaren. Räknaren sparar under tiden: inget är förlorat ännu.",
        en="Power and network of the device, then the broker. The device keeps what it counts: nothing is lost yet.",
    ),
)
COVERAGE_LOW: Final = AlertText(
    title=Text(sv="Låg täckning", en="Coverage low"),
    summary=Text(
        sv="{{ $labels.site }}: {{ $labels.kind }} {{ $labels.place }} observerades {{ humanizePercentage "
        "$values.A.Value }} av de senaste timmarna.",
        en="{{ $labels.site }}: {{ $labels.kind }} {{ $labels.place }} was watched for {{ humanizePercentage "
        "$values.A.Value }} of the last hours.",
    ),
    remedy=Text(
        sv="Är räknaren tyst, mörk, skymd eller för långsam? `platspuls counter doctor` på räknaren.",
        en="Is the device silent, dark, blocked or too slow? `platspuls counter doctor` on the device.",
    ),
)
REJECTS: Final = AlertText(
    title=Text(sv="Poster avvisas", en="Records are refused"),
    summary=Text(
        sv="{{ $labels.site }}: {{ $values.A.Value }} meddelanden eller poster avvisades den senaste timmen (none: "
        "ingen känd plats).",
        en="{{ $labels.site }}: {{ $values.A.Value }} messages or records were refused within the last hour (none: "
        "no known site).",
    ),
    remedy=Text(
        sv="`platspuls rejects list` säger varför; när orsaken är borta: `platspuls rejects replay`.",
        en="`platspuls rejects list` says why; when the cause is gone: `platspuls rejects replay`.",
    ),
)
HELD: Final = AlertText(
    title=Text(sv="Poster väntar", en="Records are held"),
    summary=Text(
        sv="{{ $labels.site }}: {{ $values.A.Value }} orsaker håller poster tillbaka (none: ingen känd plats).",
        en="{{ $labels.site }}: {{ $values.A.Value }} causes hold records back (none: no known site).",
    ),
    remedy=Text(
        sv="`platspuls held` säger vad som väntar på vad: oftast en räknare eller linje som saknas i platsfilen.",
        en="`platspuls held` says what waits for what: mostly a device or line that the site file lacks.",
    ),
)
UNSETTLED: Final = AlertText(
    title=Text(sv="Poster saknas", en="Records are missing"),
    summary=Text(
        sv="{{ $labels.site }}: något som räknaren {{ $labels.device }} gjort har saknats i {{ humanizeDuration "
        "$values.A.Value }}.",
        en="{{ $labels.site }}: something that the device {{ $labels.device }} made has been missing for {{ "
        "humanizeDuration $values.A.Value }}.",
    ),
    remedy=Text(
        sv="`platspuls reconcile` visar vilka; kommer inget fram alls, se mäklaren och ingest.",
        en="`platspuls reconcile` shows which; when nothing arrives at all, look at the broker and at ingest.",
    ),
)
OUTBOX: Final = AlertText(
    title=Text(sv="Kön hos en räknare växer", en="An outbox is growing"),
    summary=Text(
        sv="{{ $labels.site }}: {{ $values.A.Value }} poster väntar hos räknaren {{ $labels.device }}.",
        en="{{ $labels.site }}: {{ $values.A.Value }} records wait in the device {{ $labels.device }}.",
    ),
    remedy=Text(
        sv="Räknaren hörs men får inga kvitton: se ingest, databasen och dess disk. Kön rymmer minst 30 dagar.",
        en="The device is heard but gets no receipts: look at ingest, the database and its disk. An outbox holds 30 "
        "days at least.",
    ),
)
IMBALANCE: Final = AlertText(
    title=Text(sv="In och ut skiljer sig", en="In and out differ"),
    summary=Text(
        sv="{{ $labels.site }}: i går skilde in och ut {{ humanizePercentage $values.A.Value }} ({{ $labels.place }}).",
        en="{{ $labels.site }}: yesterday in and out differed by {{ humanizePercentage $values.A.Value }} ({{ "
        "$labels.place }}).",
    ),
    remedy=Text(
        sv="En linje missar den ena riktningen: rörd kamera, ny skylt, fel riktning i räknarens fil? Räkna för hand "
        "bredvid.",
        en="A line misses one direction: a moved camera, a new sign, a wrong direction in the device file? Count by "
        "hand beside it.",
    ),
)
STORE_SIZE: Final = AlertText(
    title=Text(sv="Databasen närmar sig sin gräns", en="The database nears its limit"),
    summary=Text(
        sv="Databasen tar {{ humanizePercentage $values.A.Value }} av det som sattes med platspuls db limit.",
        en="The database takes {{ humanizePercentage $values.A.Value }} of what was set with platspuls db limit.",
    ),
    remedy=Text(
        sv="`platspuls db housekeep`, större disk, eller höj gränsen. Den egna larmningen om diskens fria utrymme "
        "behövs ändå.",
        en="`platspuls db housekeep`, a larger disk, or raise the limit. The server's own alarm for free space is "
        "needed all the same.",
    ),
)
CERTIFICATE_END: Final = AlertText(
    title=Text(sv="Certifikat slutar snart gälla", en="Certificate ends soon"),
    summary=Text(
        sv="{{ $labels.certificate }} slutar gälla om {{ $values.A.Value }} dagar.",
        en="{{ $labels.certificate }} ends in {{ $values.A.Value }} days.",
    ),
    remedy=Text(
        sv="`platspuls tls renew`, eller för en räknares eget certifikat `platspuls device add "
        "--client-certificate`; sedan `platspuls tls note`.",
        en="`platspuls tls renew`, or for a device's own certificate `platspuls device add --client-certificate`; "
        "then `platspuls tls note`.",
    ),
)
CERTIFICATE_UNSEEN: Final = AlertText(
    title=Text(sv="Ingen ser efter certifikaten", en="Nobody looks at the certificates"),
    summary=Text(
        sv="Certifikatens slut antecknades senast för {{ humanizeDuration $values.A.Value }} sedan.",
        en="When the certificates end was noted {{ humanizeDuration $values.A.Value }} ago.",
    ),
    remedy=Text(
        sv="`platspuls tls note` ska köras varje dag (docs/dashboards.md).",
        en="`platspuls tls note` is to run every day (docs/dashboards.md).",
    ),
)
