"""Previews: what a lesson's services serve, shown beside the terminals, each at an origin of its own.

Nothing that a service sends can reach the player: its origin is another one. Below: `registry` says which services
there are, `listener` who may see them, `requests` and `sockets` pass on what is asked and answered.
"""
