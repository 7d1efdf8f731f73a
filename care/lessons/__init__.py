"""Lessons: what people should know about living with their condition, a card at a time; see content/education/README.md."""
