"""What touches the world on behalf of a pathway: recording and notifying."""
