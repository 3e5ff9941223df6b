"""Reports of Schematron are read in our own notation."""

from __future__ import annotations

import pytest

from hub.formats.svrl import Fired, fired, location_of

REPORT = """<svrl:schematron-output xmlns:svrl="http://purl.oclc.org/dsdl/svrl"><svrl:fired-rule context="x"/>
<svrl:failed-assert id="BR-02" flag="fatal" location="/*:Invoice[namespace-uri()='urn:a/b'][1]/*:ID[namespace-uri()='urn:c'][2]"/>
<svrl:successful-report id="R-1" role="warning" location="/ubl:Invoice/cbc:ID[1]/@schemeID"/>
<svrl:failed-assert flag="error" location="/"><svrl:text> [BII2-T10-R001]-An invoice</svrl:text></svrl:failed-assert>
</svrl:schematron-output>"""


def test_report_gives_rules_severities_and_places() -> None:
    assert fired(REPORT) == [
        Fired("BR-02", "fatal", "/Invoice[1]/ID[2]"),
        Fired("R-1", "warning", "/Invoice[1]/ID[1]/@schemeID"),
        Fired("(BII2-T10-R001)", "fatal", "/"),
    ]


@pytest.mark.parametrize("path", ["", "/", "//cbc:ID", "/a[b=1]/c"])
def test_path_of_another_form_stays_as_it_is(path: str) -> None:
    assert location_of(path) == path
