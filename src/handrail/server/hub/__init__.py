"""The player as a single-user server of JupyterHub: one learner's, behind the Hub's proxy and below a path of its own.

Below: `settings` is what the Hub tells a server that it starts, `secrecy` keeps its token from the learner's shells,
`api` asks the Hub, `sign_ins` knows who has signed in, `guard` decides on each request, `activity` tells the Hub that
somebody works here, `main` is the command.
"""
