"""Authentication and authorization: who sends a request, roles and rights, the rule of each route, rate limits."""
