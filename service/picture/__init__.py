"""A programme as a picture: what stands in each box, where it stands, and the SVG. No I/O."""
