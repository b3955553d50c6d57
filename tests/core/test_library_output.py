"""What C libraries write to standard error becomes a few lines of our log, and the rest is counted."""

import json
import subprocess
import sys

WRITES = """
import contextlib, logging, os, sys
from core import library_output, logs

with library_output.logged():
    logs.set_up()
    for number in range(5000):
        with contextlib.suppress(BlockingIOError):  # as a C library does: it doesn't wait
            os.write(2, b"[rtsp @ 0x%x] can't open rtsp://u:geheim@cam/x?password=geheim\\n" % number)
    logging.getLogger("counter").info("own line")
    print("of Python", file=sys.stderr)
os.write(2, b"as before\\n")
"""


def test_a_flood_of_a_library_is_twenty_lines_without_a_password() -> None:
    said = subprocess.run([sys.executable, "-c", WRITES], capture_output=True, text=True, check=True).stderr
    lines = said.splitlines()
    of_libraries = [json.loads(line)["message"] for line in lines if '"libraries"' in line]
    assert len(of_libraries) == 20
    assert of_libraries[-1].endswith("(and no more of this for an hour)")
    assert "geheim" not in said
    assert "rtsp://cam/..." in of_libraries[0]
    assert "of Python" in lines
    assert any('"own line"' in line for line in lines)
    assert lines[-1] == "as before"
