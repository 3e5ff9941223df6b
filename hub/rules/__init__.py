"""Rules: each official rule under its own code, judged on the document as it was sent."""
