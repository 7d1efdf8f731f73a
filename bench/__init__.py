"""What the product costs, beside other ways of writing the same conversation: `python -m bench`."""
