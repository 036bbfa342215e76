"""What only add-ons need read: identity provider, collector, the schema for editors."""
