"""The running program: its app, its jobs and the only clock, reload, retention.

In: settings and the three YAML files. Out: steps that happen when they are due.
Never holds a rule of its own: it calls the rooms below at the right time.
"""
