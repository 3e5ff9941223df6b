"""Address labels: as many as there are places for, beginning where the sheet still has some."""

from __future__ import annotations

from io import BytesIO

import pytest
from pypdf import PdfReader

from hub.errors import Usage
from hub.letters.labels import label_sheet, label_sheets, labels_pdf

LINES = ["Jansen & Zn. #1 *x*", "Keizersgracht 1", "1015 CJ  AMSTERDAM"]


def test_every_sheet_fits_on_a4() -> None:
    for sheet in label_sheets().values():
        assert sheet.left + (sheet.across - 1) * sheet.pitch_x + sheet.width <= 210.2
        assert sheet.top + (sheet.down - 1) * sheet.pitch_y + sheet.height <= 297
        assert sheet.pitch_x >= sheet.width
        assert sheet.pitch_y >= sheet.height


@pytest.mark.parametrize(("count", "start", "pages"), [(1, 1, 1), (24, 1, 1), (24, 2, 2), (25, 1, 2), (48, 24, 3)])
def test_labels_fill_sheets_from_the_start(count: int, start: int, pages: int) -> None:
    made, counted = labels_pdf([LINES] * count, label_sheet("3x8"), start)
    read = PdfReader(BytesIO(made))
    assert len(read.pages) == counted == pages
    text = "".join(page.extract_text() for page in read.pages)
    assert text.count("Jansen & Zn. #1 *x*") == count
    assert labels_pdf([LINES] * count, label_sheet("3x8"), start)[0] == made


def test_what_is_not_on_the_sheet_is_refused() -> None:
    for start in (0, 25):
        with pytest.raises(Usage, match="1 to 24"):
            labels_pdf([LINES], label_sheet("3x8"), start)
    with pytest.raises(Usage, match="3x7"):
        label_sheet("9x9")
