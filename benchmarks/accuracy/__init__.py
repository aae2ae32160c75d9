"""Accuracy on labelled media: one table, the same as JSON, and pictures of the worst cases."""
