"""docs/client.md: its blocks run as they stand, in their order, against a real API."""

import pytest
from sybil import Lexeme

from platspuls.embedded.postgres import Cluster
from tests.docs.blocks import document, examples
from tests.support.served import served

PAGE = "docs/client.md"


@pytest.mark.chain
def test_the_page_of_the_client_runs(cluster: Cluster) -> None:
    """At a place of several zones, as most have: what is asked of one zone says which."""
    found = examples(PAGE, "python")
    assert len(found) >= 8
    with served(cluster, "client_page", zones=("bankarna", "torgytan")) as world:
        for example in found:
            here = str(example.parsed).replace("http://127.0.0.1:8420", world.address)
            example.parsed = Lexeme(here, example.parsed.offset, example.parsed.line_offset)
            example.evaluate()
    space = document(PAGE).namespace
    assert space["entered"].sum() > 0
    assert space["table"].shape == (24, 7)
    assert (space["choir"].participants.total, list(space["history"]["action"])) == (30, ["change", "create"])
