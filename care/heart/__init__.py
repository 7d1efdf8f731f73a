"""How a turn runs, what waits to come in and to go out; knows no medicine."""
