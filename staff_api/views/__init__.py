"""Views, by subject: each asks the clinic for one turn and says what came of it."""
