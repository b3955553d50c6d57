"""The doctor's sentences about sensors without a picture, and about walks, in Swedish and English."""

from collections.abc import Mapping
from typing import Final, Literal

from counter.diagnostics.doctor.finding import Fault

SENSOR_FAULTS: Final[Mapping[Literal["sv", "en"], Mapping[Fault, str]]] = {
    "en": {
        Fault.LINE_UNSEEN: "The line {about} goes on for {beyond:.1f} m beside what the sensor sees: who passes there "
        "isn't counted. Mount the sensor higher, use one with a wider view, or narrow the way.",
        Fault.CHANNEL_SELDOM: "On the line {about}, one beam (or half) was interrupted {first} times and the other "
        "one {second} times: one of them doesn't see what the other one does. Align it, and look at its wire.",
        Fault.CHANNEL_FLICKERS: "On the line {about}, {part:.0%} of the interruptions were too short for anybody: "
        "sunlight, insects or a loose wire. Shade the receivers, and look at the wires.",
        Fault.BEAMS_DISTANCE: "On the line {about}, the beams seem to hang {apart:.0f} cm apart. 10 to 20 cm tell the "
        "direction best: closer they are interrupted at once, further apart two people fit between them.",
        Fault.FLOOR_OFF: "On the line {about}, the floor is {floor:.2f} m away, and height_m says {told:.2f} m. "
        "Measure, and correct it; or something stands below the sensor.",
        Fault.FLOOR_DARK: "On the line {about}, only {part:.0%} of the measurements found the floor. A dark or shiny "
        "floor sends little back: a mat helps, or a longer budget_ms.",
        Fault.AMBIENT_HIGH: "On the line {about}, there is much light from elsewhere: {ambient:.0f} of at most "
        "{limit:.0f} kcps. Sun on the floor or on the sensor shortens its reach: shade it.",
        Fault.NOISE_HIGH: "The thermal picture is noisy: {noise:.2f} degrees, and at most {limit:.2f} go with "
        "contrast_c. Keep the sensor out of draughts and away from heat, and raise contrast_c.",
        Fault.WARM_THING: "Something warm that doesn't move fills {part:.0%} of the picture: a radiator, a lamp, the "
        "sun. Who stands before it may not be seen. Turn or move the sensor if that is where people walk.",
        Fault.CONTRAST_LOW: "People are only {people:.1f} degrees warmer than the floor, which is at {floor:.0f}; at "
        "least {limit:.1f} are needed. Mount the sensor lower, or lower contrast_c and look again.",
        Fault.PIXELS_COARSE: "From {height:.1f} m, a pixel is {pixel:.0f} cm wide at the height of shoulders, and at "
        "most {limit:.0f} cm tell people apart. Mount the sensor lower, or use one with more pixels.",
        Fault.DIRECTION_TURNED: "On the line {about}, {walks} walks forward were counted as {forward} forward and "
        "{backward} backward: forward is the wrong way. Turn the arrow: platspuls counter setup.",
        Fault.WALKS_MISCOUNTED: "On the line {about}, {walks} walks forward were counted as {forward} forward and "
        "{backward} backward. Walk again, alone, all the way through; if it stays so, look at what else was found.",
    },
    "sv": {
        Fault.LINE_UNSEEN: "Linjen {about} går {beyond:.1f} m förbi det som sensorn ser: den som passerar där räknas "
        "inte. Montera sensorn högre, välj en med vidare vinkel eller gör passagen smalare.",
        Fault.CHANNEL_SELDOM: "På linjen {about} bröts den ena strålen (eller halvan) {first} gånger och den andra "
        "{second} gånger: en av dem ser inte det som den andra ser. Rikta in den och se över dess kabel.",
        Fault.CHANNEL_FLICKERS: "På linjen {about} var {part:.0%} av avbrotten för korta för en människa: solljus, "
        "insekter eller en lös kabel. Skugga mottagarna och se över kablarna.",
        Fault.BEAMS_DISTANCE: "På linjen {about} verkar strålarna hänga {apart:.0f} cm isär. 10 till 20 cm visar "
        "riktningen bäst: närmare bryts de samtidigt, längre isär ryms två människor mellan dem.",
        Fault.FLOOR_OFF: "På linjen {about} är golvet {floor:.2f} m bort, och height_m är {told:.2f} m. Mät och rätta "
        "det; eller så står något under sensorn.",
        Fault.FLOOR_DARK: "På linjen {about} hittade bara {part:.0%} av mätningarna golvet. Ett mörkt eller blankt "
        "golv ger svagt svar: en matta hjälper, eller en längre budget_ms.",
        Fault.AMBIENT_HIGH: "På linjen {about} finns det mycket annat ljus: {ambient:.0f} av högst {limit:.0f} kcps. "
        "Sol på golvet eller på sensorn kortar dess räckvidd: skugga den.",
        Fault.NOISE_HIGH: "Värmebilden brusar: {noise:.2f} grader, och högst {limit:.2f} går med contrast_c. Håll "
        "sensorn borta från drag och värme och höj contrast_c.",
        Fault.WARM_THING: "Något varmt som inte rör sig fyller {part:.0%} av bilden: ett element, en lampa, solen. "
        "Den som står framför det syns kanske inte. Vrid eller flytta sensorn om människor går där.",
        Fault.CONTRAST_LOW: "Människor är bara {people:.1f} grader varmare än golvet, som har {floor:.0f}; minst "
        "{limit:.1f} behövs. Montera sensorn lägre, eller sänk contrast_c och titta igen.",
        Fault.PIXELS_COARSE: "Från {height:.1f} m är en bildpunkt {pixel:.0f} cm bred i axelhöjd, och högst "
        "{limit:.0f} cm skiljer människor åt. Montera sensorn lägre eller välj en med fler bildpunkter.",
        Fault.DIRECTION_TURNED: "På linjen {about} räknades {walks} passager framåt som {forward} framåt och "
        "{backward} bakåt: framåt är åt fel håll. Vänd pilen: platspuls counter setup.",
        Fault.WALKS_MISCOUNTED: "På linjen {about} räknades {walks} passager framåt som {forward} framåt och "
        "{backward} bakåt. Gå igen, ensam, hela vägen igenom; är det likadant då, se på vad som mer hittades.",
    },
}
