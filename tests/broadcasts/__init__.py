"""A broadcast to ten thousand under fire: the senders die, chats are blocked, answers get lost, people need help meanwhile."""
