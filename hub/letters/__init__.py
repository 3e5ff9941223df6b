"""What leaves for people's eyes: data in, PDF or mail bytes out; the same bytes for the same data, sent by others."""
