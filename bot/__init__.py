"""Door 1: the patient's. Telegram in, Telegram out; what is said in between is the clinic's affair."""
