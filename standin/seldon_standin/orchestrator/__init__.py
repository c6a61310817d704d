"""The orchestrator: answers the original's API and walks the inference graph."""
