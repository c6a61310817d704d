"""The instructor's board, a service of JupyterHub: who is on which step since when, and what their checks say.

Below: `pupils` is what is known of each learner, `xapi` the same for a learning record store, `grades` scores for a
learning platform, `app` its routes and who may use them, `main` the command. What learners send comes from
`handrail.server.hub.reporter`.
"""
