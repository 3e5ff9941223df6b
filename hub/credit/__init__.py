"""Pure: who is late, what comes next, what it may cost and what interest runs; knows the model and nothing else."""
