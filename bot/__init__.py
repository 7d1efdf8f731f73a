"""Door 1: the patient's. Telegram in, Telegram out; what is said in between is the clinic's affair."""

import os

os.environ.setdefault("PTB_TIMEDELTA", "1")  # PTB then gives pauses as timedeltas; its older way warns at every refusal
