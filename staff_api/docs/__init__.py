"""The documentation page, made from the same operations as the document, with nothing loaded from elsewhere."""
