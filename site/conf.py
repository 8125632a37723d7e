"""Settings of sphinx for both languages; make_site.py says which (language, version, data) with -D."""

import sys
from pathlib import Path

from sphinx.application import Sphinx
from sphinx.config import Config

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE))

project = "ZI workbook"
author = "The ZI workbook authors"
project_copyright = author
extensions = ["myst_nb", "sphinx_design", "site_sphinx"]
exclude_patterns: list[str] = []
templates_path = [str(HERE / "templates")]

myst_enable_extensions = ["attrs_block", "colon_fence", "deflist", "dollarmath"]
myst_heading_anchors = 4
myst_url_schemes = ["http", "https", "mailto", "site"]
suppress_warnings = ["myst.header"]  # a document may begin its parts where its own numbering wants them
nb_execution_mode = "off"
nb_ipywidgets_js = {}  # widgets are not shown, and their script would come from elsewhere
smartquotes = False  # a title stands as its exhibit has it
html_math_renderer = "mathml"

html_theme = "pydata_sphinx_theme"
html_static_path = [str(HERE / "static")]
html_favicon = str(HERE / "static" / "favicon.ico")
html_css_files = ["site.css"]
html_js_files = ["site.js"]
html_copy_source = False
html_show_sourcelink = False
html_use_index = False
html_show_sphinx = False
html_sidebars: dict[str, list[str]] = {name: [] for name in ("index", "reports", "explorer", "course", "search")}
html_context = {"default_mode": "auto"}
html_theme_options = {
    "navbar_end": ["language-switch", "theme-switcher"],
    "footer_start": ["site-footer"],
    "footer_end": [],
    "secondary_sidebar_items": ["page-toc"],
    "header_links_before_dropdown": 8,
    "show_prev_next": True,
    "navigation_with_keys": False,
    "show_toc_level": 2,
    "navigation_depth": 2,
    "pygments_light_style": "a11y-high-contrast-light",
    "pygments_dark_style": "a11y-high-contrast-dark",
}

_WORDS = {
    "en": {"title": "ZI workbook", "search": "Search"},
    "id": {"title": "Buku kerja ZI", "search": "Cari"},
}


def setup(app: Sphinx) -> None:
    """Put the words of the language in place once it is known."""
    app.connect("config-inited", _set_words)
    app.add_message_catalog("sphinx", str(Path(app.srcdir).parents[1] / "locale"))


def _set_words(_app: Sphinx, config: Config) -> None:
    """Title and search field in the reader's language; no sidebar where a page has no parts in it."""
    words = _WORDS[config.language]
    config.html_title = words["title"]
    if config.language == "id":
        config.html_sidebars |= {"methods/index": []}
    config.html_theme_options["logo"] = {"text": words["title"]}
    config.html_theme_options["search_bar_text"] = words["search"]
