"""The verbs of the pipeline: recognise, parse, validate, judge, book. One file each, all pure."""
