"""Which of the doctor's faults sensors without a picture show."""

from typing import Final

from counter.diagnostics.doctor.finding import Fault

SENSOR_FAULTS: Final = {
    Fault.LINE_UNSEEN,
    Fault.NO_ECHO,
    Fault.READ_SELDOM,
    Fault.LIGHT_MOVES,
    Fault.CONTRAST_NONE,
    Fault.VIEW_FROZEN,
    Fault.VIEW_SWAYS,
    Fault.VIEW_SHORT,
    Fault.BUDGET_LONG,
    Fault.CHANNEL_SELDOM,
    Fault.CHANNEL_FLICKERS,
    Fault.BEAMS_DISTANCE,
    Fault.FLOOR_OFF,
    Fault.FLOOR_DARK,
    Fault.AMBIENT_HIGH,
    Fault.NOISE_HIGH,
    Fault.WARM_THING,
    Fault.CONTRAST_LOW,
    Fault.PIXELS_COARSE,
    Fault.DIRECTION_TURNED,
    Fault.WALKS_MISCOUNTED,
}
