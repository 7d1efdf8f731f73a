"""A Telegram for a laptop: bots talk to it over the Bot API, people through a phone page or from a test."""
