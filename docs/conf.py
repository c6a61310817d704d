"""The documentation as a site: Sphinx with MyST, so that the same Markdown reads well in a repository, too."""

project = "handrail"
copyright = "its authors"
extensions = ["myst_parser"]
html_theme = "furo"
html_title = "handrail"
html_show_sphinx = False
myst_heading_anchors = 3
# Quotes and dashes stay as they stand: much of this is typed into shells.
smartquotes = False
