"""`careward doctor`: looks whether everything is well, and changes nothing."""
