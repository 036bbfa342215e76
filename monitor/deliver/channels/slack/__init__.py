"""Slack: by an incoming webhook, or by an app's bot.

The buttons below a flag are an add-on, in `monitor.web.extras.slack_buttons`.
"""
