"""The catalogue of sentences in Dutch and English: what a bookkeeper reads comes from here and nowhere else."""
