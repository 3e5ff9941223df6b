"""A statement of 50 MB is read in bounded memory, and junk cannot fill it."""

from __future__ import annotations

import subprocess
import sys
from decimal import Decimal

import pytest

from tests.feeds.bank.dump import readings

_ENTRY = """<Ntry><Amt Ccy="EUR">{amount}</Amt><CdtDbtInd>CRDT</CdtDbtInd><Sts><Cd>BOOK</Cd></Sts><BookgDt><Dt>2026-12-01</Dt></BookgDt>
<ValDt><Dt>2026-12-01</Dt></ValDt><AcctSvcrRef>R{number}</AcctSvcrRef><BkTxCd><Domn><Cd>PMNT</Cd><Fmly><Cd>RCDT</Cd>
<SubFmlyCd>ESCT</SubFmlyCd></Fmly></Domn></BkTxCd><NtryDtls><TxDtls><Refs><EndToEndId>E2E{number}</EndToEndId></Refs>
<Amt Ccy="EUR">{amount}</Amt><CdtDbtInd>CRDT</CdtDbtInd><RltdPties><Dbtr><Pty><Nm>Klant nummer {number} B.V.</Nm></Pty></Dbtr>
<DbtrAcct><Id><IBAN>NL02ABNA{number:010d}</IBAN></Id></DbtrAcct></RltdPties><RltdAgts><DbtrAgt><FinInstnId><BICFI>ABNANL2A</BICFI>
</FinInstnId></DbtrAgt></RltdAgts><RmtInf><Ustrd>Factuur 2026-{number} van de leverantie in november, met dank</Ustrd></RmtInf>
</TxDtls></NtryDtls></Ntry>"""
_PEAK = """
import re, sys
from connectors.camt import source
from hub.formats.content import Content
data = open(sys.argv[1], "rb").read()
reading = source.read(Content(data))
peak = re.search(r"VmHWM:\\s+(\\d+)", open("/proc/self/status").read())  # ru_maxrss begins with that of whoever forked us
print(reading.feed.lines, reading.feed.imbalance, int(peak[1]) // 1024)
"""


def statement(entries: str, closing: Decimal, account: str = "NL92RABO0000104711") -> str:
    """A CAMT.053 with these entries, from nought."""
    balances = "".join(
        f'<Bal><Tp><CdOrPrtry><Cd>{kind}</Cd></CdOrPrtry></Tp><Amt Ccy="EUR">{amount}</Amt><CdtDbtInd>CRDT</CdtDbtInd>'
        f"<Dt><Dt>2026-12-01</Dt></Dt></Bal>"
        for kind, amount in (("OPBD", "0.00"), ("CLBD", closing))
    )
    return (
        '<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.08"><BkToCstmrStmt><Stmt><Id>1</Id>'
        f"<Acct><Id><IBAN>{account}</IBAN></Id><Ccy>EUR</Ccy></Acct>{balances}{entries}</Stmt></BkToCstmrStmt></Document>"
    )


@pytest.mark.slow
def test_fifty_megabytes_are_read_below_250_megabytes(tmp_path_factory: pytest.TempPathFactory) -> None:
    count = 68_000
    entries = "".join(_ENTRY.format(amount="1.21", number=n) for n in range(count))
    path = tmp_path_factory.mktemp("camt") / "large.xml"
    path.write_text(statement(entries, count * Decimal("1.21")), encoding="utf-8")
    assert path.stat().st_size > 50_000_000
    done = subprocess.run([sys.executable, "-c", _PEAK, str(path)], capture_output=True, text=True, check=True)
    lines, imbalance, peak = done.stdout.split()
    print(f"{path.stat().st_size / 1e6:.0f} MB of CAMT.053, {lines} entries: {peak} MiB")
    assert (int(lines), Decimal(imbalance)) == (count, 0)
    assert int(peak) < 250


def test_a_million_elements_that_nobody_asked_for_are_refused() -> None:
    junk = "<a/>" * 1_000_000
    (reading,) = readings(statement(f"<X>{junk}</X>", Decimal(0)).encode())
    assert reading.feed is None
    assert [f.code for f in reading.findings] == ["HUB-XML-04"]
