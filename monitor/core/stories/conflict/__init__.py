"""Reasons why two headlines cannot be one text."""
