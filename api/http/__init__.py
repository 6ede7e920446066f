"""The HTTP service: endpoints under ``/v1``, health checks, problem+json errors; ``app.create_app`` builds it."""
