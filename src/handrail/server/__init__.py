"""The player's server: guard, routes, one WebSocket per terminal, and the static page."""
