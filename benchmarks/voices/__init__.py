"""Conversations with exact truth, and how well the ears tell who speaks in them."""
