"""What every step stands on: the database thread, the plan in force, logs, traces.

In: settings, files and store functions. Out: transactions, a `Plan`, log lines and spans.
Never decides anything about news, and never knows a feed, a flag or a channel.
"""
