"""Pure. The nouns of airspace: activities today, F3548's intents, constraints and subscriptions with the registry."""
