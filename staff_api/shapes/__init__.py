"""JSON in and out, by subject: what a client may send and what it gets back."""
