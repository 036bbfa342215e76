"""What the sentence around a hit makes of it: denied, hedged, background, or counted."""
