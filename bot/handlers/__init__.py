"""One file per thing a patient can do; thin."""
