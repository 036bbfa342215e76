"""Who may do what: passwords, sessions, tokens, signed links, and an identity provider's word.

In: what a visitor or a program shows of itself. Out: who it is, or a refusal; each is recorded.
Never acts for anybody: what may be done with that right is the business of the rooms above.
"""
