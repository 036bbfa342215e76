"""One module a format: which documents it reads, and the rows it makes of them."""
