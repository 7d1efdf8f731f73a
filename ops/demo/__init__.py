"""The demo: the whole product on invented people, with a Telegram and a clock of its own."""
