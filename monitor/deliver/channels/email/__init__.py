"""E-mail over SMTP, and the HTML and its templates, which files and webhooks carry too."""
