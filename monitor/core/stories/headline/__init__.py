"""What a title and lead say, read into what two headlines are compared by."""
