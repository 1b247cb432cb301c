"""What has to change in a notebook, a guide or a page before it stands on the web?

Text in, text out. Links lead to pages of the site or to notebooks to download; widgets give way to what stands beside
them for a page without Python; pictures leave the text and become files. Not here: Sphinx, folders, the menu.
"""

from __future__ import annotations

import base64
import hashlib
import html
import re
from collections.abc import Callable, Mapping

from nbformat import NotebookNode

WIDGET = "application/vnd.jupyter.widget-view+json"
PICTURE = re.compile(r'src="data:image/(png|jpeg|svg\+xml);base64,([A-Za-z0-9+/=\s]+)"')
BARE_ADDRESS = re.compile(r"(?<![<(\w\"'=/])https?://[^\s<>)\]`]*[^\s<>)\]`.,;:]")
LINK = re.compile(r"`[^`\n]*`|(?<!!)\[([^\]\n]*)\]\(([^)\s]+)\)")
# Text in which no term becomes a link: code, links, tags, headings, quotations, addresses.
KEEP = r"```.*?```|`[^`]*`|!?\[[^\]]*\]\([^)]*\)|<[^>]+>|^\#[^\n]*$|^>[^\n]*$|https?://\S+"
HAN = re.compile(r"[\u3400-\u9fff][\u3400-\u9fff\u3000-\u303f\uff00-\uffef]*")


def link_terms(text: str, terms: Mapping[str, str], linked: set[str], up: str = "") -> str:
    """The text with the first mention of each term made a link.

    terms   words -> address from the site's front page
    linked  addresses that already have a link on this page; new ones are added
    up      '../' for each folder that the page lies in
    """
    if not terms:
        return text
    by_words = {" ".join(words.lower().split()): address for words, address in terms.items()}
    longest_first = sorted(by_words, key=len, reverse=True)
    pattern = "|".join(_as_pattern(words) for words in longest_first)

    def link(match: re.Match[str]) -> str:
        words = match.group("term")
        address = by_words.get(" ".join(words.lower().split())) if words else None
        if address is None or address in linked:
            return match.group()
        linked.add(address)
        return f'<a class="term" href="{html.escape(up + address)}">{words}</a>'

    both = rf"(?P<keep>{KEEP})|(?P<term>{pattern})"
    return re.sub(both, link, text, flags=re.M | re.S | re.I)


def _as_pattern(words: str) -> str:
    inner = r"\s+".join(re.escape(part) for part in words.split())
    return inner if HAN.search(words) else rf"(?<!\w){inner}(?!\w)"


def show_addresses(text: str) -> str:
    """Bare web addresses as links, as notebooks show them."""
    return BARE_ADDRESS.sub(lambda m: f"<{m.group()}>", text)


Places = Callable[[str], str | None]  # address as written -> address on the site, or None where there is none


def relink(text: str, page: Places, download: Places = lambda _: None) -> str:
    """Relative links led to where they stand on the site; a link to what the site lacks becomes its words alone.

    page      where a page's text lies
    download  where a file to download lies
    """

    def change(match: re.Match[str]) -> str:
        words, address = match.groups()
        if address is None or re.match(r"[a-z]+:|#", address):
            return match.group()
        path, _, anchor = address.partition("#")
        if target := download(path):
            return f'<a href="{html.escape(target)}" download>{html.escape(words)}</a>'
        if target := page(path):
            return f"[{words}]({target}{'#' + anchor if anchor else ''})"
        return words

    fences = re.split(r"(^(`{3,})[^\n]*\n.*?^\2[^\n]*$)", text, flags=re.M | re.S)
    return "".join(
        LINK.sub(change, part) if i % 3 == 0 else (part if i % 3 == 1 else "") for i, part in enumerate(fences)
    )


def pictures_to_files(page: str, files: dict[str, bytes], up: str) -> str:
    """Pictures written into the text become files that load when they come into view; `files` gets them by address."""

    def take(match: re.Match[str]) -> str:
        content = base64.b64decode(match.group(2))
        kind = match.group(1).split("+")[0]
        address = f"figures/{hashlib.sha256(content).hexdigest()[:16]}.{kind}"
        files[address] = content
        return f'src="{up}{address}" loading="lazy"'

    return PICTURE.sub(take, page)


def offer_larger(page: str) -> str:
    """Beside each figure a link to its file alone, for narrow screens on which its words become too small to read."""
    figure = r'(<figure(?:(?!</figure>).)*?<img [^>]*?src="([^":]+)"(?:(?!</figure>).)*?)(</figcaption>)'
    return re.sub(figure, r'\1 <a class="larger" href="\2">Larger picture</a>\3', page, flags=re.S)


def tidy_table(page: str) -> str:
    """Tables as frames print them, so that all can use them: no header cell without words, wide ones can be scrolled."""
    page = re.sub(r"<style scoped>.*?</style>", "", page, flags=re.S)
    page = re.sub(r"<th([^>]*)></th>", r"<td\1></td>", page)
    bare = r'<div(?: style="overflow-x:auto")?>\s*(<table(?: border="1" class="dataframe")?>.*?</table>)'
    return re.sub(bare, lambda found: _table_box(found.group(1)), page, flags=re.S)


def _table_box(table: str) -> str:
    """The opening of a box that scrolls, by keyboard too, named by the table's first columns."""
    heads = [re.sub(r"<[^>]+>", "", words).strip() for words in re.findall(r"<th[^>]*>(.*?)</th>", table, flags=re.S)]
    name = ", ".join(list(dict.fromkeys(word for word in heads if word))[:6]).replace('"', "&quot;")
    return f'<div class="wide" role="group" aria-label="Table: {name}" tabindex="0">{table}'


def relink_html(shown: str, page: Places, download: Places) -> str:
    """The same as relink, for HTML that a cell gave out; a link that leads nowhere loses its address."""

    def change(match: re.Match[str]) -> str:
        path, _, anchor = html.unescape(match.group(1)).partition("#")
        if not path or re.match(r"[a-z]+:", path):
            return match.group()
        if target := download(path):
            return f'href="{html.escape(target)}" download'
        target = page(path)
        found = re.sub(r"\.(ipynb|md)$", ".html", target) if target else None
        return f'href="{html.escape(found)}{"#" + anchor if anchor else ""}"' if found else ""

    return re.sub(r'(?<=\s)href="([^"]*)"', change, shown)


def web_outputs(cell: NotebookNode, files: dict[str, bytes], up: str, relinked: Callable[[str], str] = str) -> None:
    """Leave of each output what a page without Python can show; `relinked` turns its links to the site's."""
    for out in cell.get("outputs", []):
        data = out.get("data")
        if data is None:
            continue
        if "text/html" in data:
            shown = offer_larger(relinked(tidy_table(pictures_to_files(data["text/html"], files, up))))
            data.clear()
            data["text/html"] = shown
        data.pop(WIDGET, None)
    if "quick" in cell.metadata.get("tags", []):  # its source holds the replies
        cell.metadata["tags"] = [*cell.metadata["tags"], "remove-input"]


def web_prose(nb: NotebookNode, terms: Mapping[str, str], page: Places, download: Places, up: str) -> None:
    """Links, terms and addresses of a notebook's text cells; no term is linked in the list of sources."""
    linked: set[str] = set()
    for cell in nb.cells:
        if cell.cell_type != "markdown":
            continue
        text, heading, sources = show_addresses(relink(cell.source, page, download)).partition("### Sources")
        cell.source = link_terms(text, terms, linked, up) + heading + sources


def say_languages(body: str) -> str:
    """Chinese words marked as Chinese, so that a screen reader says them and a browser picks the right characters."""

    def mark(match: re.Match[str]) -> str:
        return HAN.sub(lambda m: f'<span lang="zh-Hans">{m.group()}</span>', match.group())

    parts = re.split(r"(<svg.*?</svg>|<script.*?</script>|<[^>]+ lang=\"zh[^>]*>[^<]*<)", body, flags=re.S)
    return "".join(part if i % 2 else re.sub(r"(?:(?<=>)|^)[^<>]+(?=<|$)", mark, part) for i, part in enumerate(parts))


def mark_bare(body: str) -> str:
    """Links whose words are their address get a class, so that print does not give the address twice."""
    return re.sub(
        r'<a class="reference external" (href="([^"]+)">\2</a>)', r'<a class="reference external bare" \1', body
    )


def reachable(body: str) -> str:
    """Code that may have to be scrolled, reachable by keyboard; no header cell without words."""
    body = re.sub(r'<th class="head">(?:<p></p>)?</th>', "<td></td>", body)
    return body.replace("<pre>", '<pre tabindex="0">')


def name_landmarks(page: str) -> str:
    """A finished page of the theme with names for its side columns and levels for the headings of its menu."""
    page = page.replace('<aside class="sidebar-drawer">', '<aside class="sidebar-drawer" aria-label="All pages">')
    page = page.replace('<aside class="toc-drawer">', '<aside class="toc-drawer" aria-label="On this page">')
    page = page.replace('class="caption" role="heading">', 'class="caption" role="heading" aria-level="2">')
    if "<h1" not in page:
        page = re.sub(r"(<article[^>]*>)", r'\1<h1 class="visually-hidden">Search</h1>', page, count=1)
    return page
