"""Put what was found on disk, or on the screen."""
