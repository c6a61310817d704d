"""The orchestrator: answers the executor's API and walks the inference graph."""
