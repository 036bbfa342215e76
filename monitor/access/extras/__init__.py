"""Who somebody is, by an identity provider (OpenID Connect): needs the extra `oidc`."""
