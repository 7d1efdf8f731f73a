"""The clinic: all meaning, all tables; knows no Telegram, no HTTP, no scheduler."""
