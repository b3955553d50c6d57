"""Who asks, and what they may: roles, the rule of each route, and the door that holds both against a request."""
