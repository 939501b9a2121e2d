"""A phrase as a page to show, print and copy from, in each language it was rendered in.

The one idea: the page adds nothing that could turn a figure round: a right-to-left paragraph says so itself, each value
keeps the isolates it was rendered with, and there is no script and nothing from elsewhere.
"""

from collections.abc import Mapping
from html import escape

__all__ = ["phrase_page"]

_RIGHT_TO_LEFT = frozenset({"ar"})
_NAMES = {"en": "English", "ru": "Русский", "ar": "العربية"}

_PAGE = """\
<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="viewport" content="width=device-width">
<title>{code}</title>
<style>
body {{ margin: 2rem auto; max-width: 46rem; font: 1.25rem/1.6 system-ui, "Noto Sans Arabic", sans-serif }}
h1 {{ font-size: 1.25rem }}
h2 {{ font-size: 0.9rem; font-weight: normal; margin: 1.5rem 0 0 }}
p {{ margin: 0.25rem 0; overflow-wrap: break-word }}
footer {{ margin-top: 2rem; font-size: 0.8rem }}
@media print {{ body {{ margin: 0; max-width: none }} section {{ break-inside: avoid }} }}
</style>
<h1>{code}</h1>
{sections}
<footer>The code is the authentic text; the languages are renderings of it, not reviewed by interpreters.</footer>
</html>
"""


def phrase_page(code: str, texts: Mapping[str, str]) -> str:
    """A page of one phrase; `texts` has its rendering by language, as `line.phrase.render` gave it."""
    sections = "\n".join(
        f'<section><h2 lang="{escape(lang)}">{_NAMES.get(lang, escape(lang))}</h2>\n'
        f'<p lang="{escape(lang)}" dir="{"rtl" if lang in _RIGHT_TO_LEFT else "ltr"}">{escape(text)}</p></section>'
        for lang, text in texts.items()
    )
    return _PAGE.format(code=escape(code), sections=sections)
