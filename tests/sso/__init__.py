"""Single sign-on, held against a certified identity provider."""
