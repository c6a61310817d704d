"""The operator: turns SeldonDeployments into Deployments and Services, and checks them at admission.

What it makes of a manifest is a pure function (`components.build`), and so is what it refuses (`validation.check`)
and what it reports (`status`). Everything that talks to the API server is in `kube`, `watch`, `reconcile` and `leader`.
"""
