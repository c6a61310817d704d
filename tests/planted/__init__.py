"""Scenarios with a planted fault each, beside their healthy twins: is every fault found, and no healthy one blamed?"""
