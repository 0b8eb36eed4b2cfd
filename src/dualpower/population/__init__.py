"""Who lives through the tables: the crowd (expected shares), the people (one byte each), and event-keyed draws."""
