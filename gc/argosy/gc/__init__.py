"""What delivered templates are unused, and when they go. Knows neither HTTP nor git."""
