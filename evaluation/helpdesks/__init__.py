"""A helpdesk's day: deliveries as vendors make them, with all that goes wrong, and what agents see at its end."""
