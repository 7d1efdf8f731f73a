"""Backups: everything that the clinic knows in one encrypted file, which can be checked, and from which it can be restored."""
