"""Settings of Sphinx."""

from __future__ import annotations

from importlib.metadata import version as installed_version

project = "dualpower"
author = "the dualpower authors"
copyright = "2026, the dualpower authors"
release = version = installed_version("dualpower")

extensions = ["myst_parser", "sphinx.ext.autodoc", "sphinx.ext.napoleon", "sphinx.ext.viewcode"]
exclude_patterns = ["_build"]
myst_enable_extensions = ["colon_fence", "deflist"]
myst_heading_anchors = 3
suppress_warnings = ["ref.python", "myst.strikethrough"]

autodoc_member_order = "bysource"
autodoc_typehints = "signature"
autodoc_default_options = {"members": True, "show-inheritance": False}
napoleon_numpy_docstring = True
napoleon_google_docstring = True

html_theme = "furo"
html_title = "dualpower"
