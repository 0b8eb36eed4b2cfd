"""The makers of the generated pages, one file a page."""
