"""Pages and listeners of add-ons: single sign-on and Slack’s buttons."""
