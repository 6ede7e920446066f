"""Live quality of a tenant: outcomes as helpdesks report them, and the figures that follow from drafts and replies."""
