"""The HTTP door: documents come in by `POST /intake/{channel}`. Decides nothing; everything ends in `workers/receive`."""
