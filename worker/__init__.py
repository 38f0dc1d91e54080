"""The worker process: settings, client, plugin, telemetry, health and the composition root."""
