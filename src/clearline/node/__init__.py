"""Pure. A party's own plans: filed, released by two persons, disclosed by policy, and coordinated with the others."""
