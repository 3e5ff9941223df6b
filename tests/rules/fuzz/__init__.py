"""Documents nobody wrote: our own samples, spoiled at random, judged by us and by the official artefacts."""
