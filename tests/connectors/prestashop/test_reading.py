"""What the reader of PrestaShop makes of an order."""

from __future__ import annotations

from decimal import Decimal as D

from connectors.prestashop import source
from hub.formats.content import Content
from tests.shops import booked, readings

ORDER = """<?xml version="1.0" encoding="UTF-8"?>
<prestashop xmlns:xlink="http://www.w3.org/1999/xlink"><order>
<id><![CDATA[5]]></id>
<id_address_delivery xlink:href="https://shop.example/api/addresses/4" country="NL" postcode="1234 AB">4</id_address_delivery>
<id_currency xlink:href="https://shop.example/api/currencies/1" iso_code="EUR">1</id_currency><id_customer>3</id_customer>
<module>mollie</module><invoice_number>{invoice}</invoice_number><invoice_date>{day}</invoice_date><valid>{valid}</valid>
<date_add>2026-03-01 10:00:00</date_add><reference>KHWLILZLL</reference><total_paid>{total}</total_paid>
<total_paid_tax_incl>{total}</total_paid_tax_incl><total_paid_real>127.050000</total_paid_real>
<total_products>100.000000</total_products><total_products_wt>121.000000</total_products_wt>
<total_shipping_tax_incl>6.050000</total_shipping_tax_incl><total_shipping_tax_excl>5.000000</total_shipping_tax_excl>
<carrier_tax_rate>21.000</carrier_tax_rate><total_discounts_tax_incl>0.000000</total_discounts_tax_incl>
<associations><order_rows><order_row><product_quantity>4</product_quantity><unit_price_tax_excl>25.000000</unit_price_tax_excl>
</order_row></order_rows></associations></order></prestashop>"""


def made(**changes: str) -> bytes:
    words = {"invoice": "12", "day": "2026-03-02 09:00:00", "valid": "1", "total": "127.050000"}
    return ORDER.format(**{**words, **changes}).encode()


def test_order_with_words_beside_its_numbers_is_booked() -> None:
    (one,) = booked("prestashop", made())
    assert one.codes == ["HUB-SHOP-02"]  # PrestaShop tells the rate of shipping only
    assert one.lines == {"8000": "-105.00", "1500": "-22.05", "1300": "0.00", "1900": "127.05"}


def test_order_without_them_is_read_and_refused() -> None:
    (reading,) = readings("prestashop", made().replace(b' iso_code="EUR"', b""))
    assert [f.code for f in reading.findings] == ["HUB-SHOP-12", "HUB-SHOP-02"]
    assert reading.feed is not None
    assert reading.feed.total == D("127.05")


def test_dates_of_zeros_are_none_and_an_order_without_invoice_is_open() -> None:
    (reading,) = readings("prestashop", made(day="0000-00-00 00:00:00", invoice="0", valid="0"))
    assert reading.feed is not None
    assert (str(reading.feed.day), reading.feed.summary()["state"]) == ("2026-03-01", "open")


def test_order_that_contradicts_itself_is_refused() -> None:
    (reading,) = readings("prestashop", made(total="128.000000"))
    assert [f.code for f in reading.findings if f.fatal] == ["HUB-FEED-01"]


def test_others_are_not_ours() -> None:
    for other in (b"", b"<prestashop/>", b"<prestashop><order/></prestashop>", b"<prestashop><order>"):
        assert not source.recognise(Content(other))
