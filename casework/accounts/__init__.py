"""People and their doors: registration, passwords, sessions, throttling, inactivity, links between offices."""
