"""Single sign-on of CMSI's staff by OpenID Connect: the way there (flow), what the provider says (provider, tokens),
and whom that lets in (people)."""
