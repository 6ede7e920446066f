"""What the composer's drafts are like: over real messages, at four temperatures, in every channel."""
