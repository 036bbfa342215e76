"""Three files for each message: text, HTML and Slack's blocks."""
