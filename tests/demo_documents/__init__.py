"""The demo documents as data: who writes them (`parties`), what they say (`cases_*`), and how that becomes UBL (`ubl`)."""
