"""Read-only queries over the books: what stands where, who owes what, and whether all of it is true."""
