"""Small audit files of tills; what a test does not name is ordinary."""

from __future__ import annotations

NS = ' xmlns="urn:StandardAuditFile-Taxation-CashRegister:NO"'
BASICS = [
    ("12", "1", "12001", "Contant"),
    ("12", "2", "12002", "PIN"),
    ("04", "D", "04003", "Drank"),
    ("04", "B", "04999", "Cadeaubonnen"),
    ("11", "9", "11009", "Storting"),
]


def receipt(
    number: int,
    *payments: tuple[str, str],
    lines: tuple[tuple[str, str, str, str, str], ...] = (("D", "121.00", "100.00", "21.00", "21"),),
    total: str = "121.00",
    side: str = "C",
    at: str = "2026-03-02T18:30:00",
    table: str = "",
    rounding: str = "",
    extra: str = "",
    kind: str = "",
) -> str:
    """A cash transaction; `lines` are (group, with VAT, without, VAT, rate), `payments` (kind, amount)."""
    day, time = at.split("T")
    body = "".join(
        f"<ctLine><nr>{number}</nr><lineID>{i}</lineID><lineType>SAL</lineType><artGroupID>{group}</artGroupID>"
        f"<lineAmntIn>{gross}</lineAmntIn><lineAmntEx>{net}</lineAmntEx><amntTp>{side}</amntTp>"
        f"<vat><vatCode>3</vatCode><vatPerc>{rate}</vatPerc><vatAmnt>{tax}</vatAmnt></vat></ctLine>"
        for i, (group, gross, net, tax, rate) in enumerate(lines, 1)
    )
    paid = "".join(f"<payment><paymentType>{k}</paymentType><paidAmnt>{a}</paidAmnt></payment>" for k, a in payments)
    rounded = f"<rounding><roundingAmnt>{rounding}</roundingAmnt></rounding>" if rounding else ""
    return (
        f"<cashtransaction><nr>{number}</nr><transID>{number}</transID><transType>{kind}</transType><transAmntIn>{total}</transAmntIn>"
        f"<transAmntEx>{total}</transAmntEx><amntTp>{side}</amntTp><transDate>{day}</transDate><transTime>{time}</transTime>"
        f"{body}{table}{rounded}{paid}<signature>x</signature>{extra}</cashtransaction>"
    )


def z_report(number: str, total: str, at: str = "2026-03-02T23:59:00", inner: str = "", kind: str = "Z report") -> str:
    """An event that closes the till."""
    day, time = at.split("T")
    return (
        f"<event><eventID>{number}</eventID><eventType>013</eventType><eventDate>{day}</eventDate><eventTime>{time}</eventTime>"
        f"<eventReport><reportID>{number}</reportID><reportType>{kind}</reportType><reportDate>{day}</reportDate>"
        f"<reportTime>{time}</reportTime><registerID>1</registerID>"
        f"<reportTotalCashSales><totalCashSaleAmnt>{total}</totalCashSaleAmnt></reportTotalCashSales>{inner}</eventReport></event>"
    )


def register(*inside: str, number: str = "1") -> str:
    """A cash register."""
    return f"<cashregister><registerID>{number}</registerID>{''.join(inside)}</cashregister>"


def audit_file(*registers: str, ns: str = NS, currency: str = "EUR") -> bytes:
    """The whole file."""
    basics = "".join(
        f"<basic><basicType>{t}</basicType><basicID>{i}</basicID><predefinedBasicID>{p}</predefinedBasicID><basicDesc>{d}</basicDesc></basic>"
        for t, i, p, d in BASICS
    )
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<auditfile{ns}><header><fiscalYear>2026</fiscalYear>'
        f"<curCode>{currency}</curCode></header><company><companyIdent>1</companyIdent><basics>{basics}</basics>"
        f"<location><name>Winkel</name>{''.join(registers)}</location></company></auditfile>"
    ).encode()
