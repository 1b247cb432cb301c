"""What changes in a text before it stands on the web, case by case."""

from __future__ import annotations

import base64

import nbformat

from coursekit import site_text

TERMS = {
    "household registration": "glossary.html#hukou",
    "户口": "glossary.html#hukou",
    "State Council": "glossary.html#gwy",
}


def linked(text: str) -> str:
    return site_text.link_terms(text, TERMS, set(), "../")


def test_the_first_mention_of_a_term_is_linked_and_no_other():
    shown = linked("The State\nCouncil met. The State Council wrote.")
    assert shown == ('The <a class="term" href="../glossary.html#gwy">State\nCouncil</a> met. The State Council wrote.')


def test_two_names_of_one_term_are_linked_once():
    assert linked("Household registration (户口)").count("<a ") == 1


def test_no_term_is_linked_in_code_links_headings_or_quotations():
    for kept in (
        "`State Council`", "[State Council](x.md)", "# The State Council", "> said the State Council",
        "```\nState Council\n```", '<a href="x">x</a>', "https://x.org/State Council"[:18], "Interstate Councils",
    ):  # fmt: skip
        assert linked(kept) == kept


def test_links_lead_to_pages_downloads_or_become_words():
    pages = {"1-law.ipynb": "1-law.ipynb"}.get
    files = {"../assignments/a.ipynb": "../notebooks/a.ipynb"}.get
    text = (
        "[law](1-law.ipynb#top) [work](../assignments/a.ipynb) [licence](../LICENSE) [web](https://x.org) ![p](p.png)"
    )
    assert site_text.relink(text, pages, files) == (
        '[law](1-law.ipynb#top) <a href="../notebooks/a.ipynb" download>work</a> licence [web](https://x.org) ![p](p.png)'
    )


def test_links_that_a_cell_gave_out_lead_to_the_same_places():
    pages, files = {"1-law.ipynb": "1-law.ipynb"}.get, {"../a/a.ipynb": "../notebooks/a.ipynb"}.get
    shown = '<a href="1-law.ipynb#top">l</a> <a href="../a/a.ipynb">a</a> <a href="x.txt">x</a> <a href="https://x.org">w</a>'
    assert site_text.relink_html(shown, pages, files) == (
        '<a href="1-law.html#top">l</a> <a href="../notebooks/a.ipynb" download>a</a> <a >x</a> <a href="https://x.org">w</a>'
    )


def test_a_link_shown_as_code_stays_as_it_is():
    for text in ("Write `[words](address)`.", "````\n```\n[a](b)\n```\n````\n"):
        assert site_text.relink(text, lambda _: None) == text


def test_bare_addresses_become_links_and_others_stay():
    assert site_text.show_addresses("See https://x.org/a. Also <https://y.org>, [z](https://z.org).") == (
        "See <https://x.org/a>. Also <https://y.org>, [z](https://z.org)."
    )


def test_pictures_become_files_that_are_kept_once():
    written = f'<img src="data:image/png;base64,{base64.b64encode(b"picture").decode()}" alt="x">'
    files: dict[str, bytes] = {}
    shown = site_text.pictures_to_files(written * 2, files, "../")
    assert list(files.values()) == [b"picture"]
    assert shown.count(f'src="../{next(iter(files))}" loading="lazy"') == 2


def test_a_figure_is_offered_alone_and_nothing_else_is():
    figure = (
        '<figure><img alt="a &gt; b" src="../figures/1.png" loading="lazy"><figcaption>Source</figcaption></figure>'
    )
    link = ' <a class="larger" href="../figures/1.png">Larger picture</a></figcaption>'
    assert site_text.offer_larger(figure * 2) == figure.replace("</figcaption>", link) * 2
    for kept in ('<img src="x.png">', '<figure><img src="x.png"></figure><figcaption></figcaption>'):
        assert site_text.offer_larger(kept) == kept


def test_a_page_shows_what_stands_beside_a_widget():
    data = {site_text.WIDGET: {"model_id": "x"}, "text/html": "<p>still</p>", "text/plain": "Box()"}
    cell = nbformat.v4.new_code_cell("quick('…')", outputs=[nbformat.v4.new_output("display_data", data)])
    cell.metadata["tags"] = ["quick"]
    site_text.web_outputs(cell, {}, "../")
    assert cell.outputs[0].data == {"text/html": "<p>still</p>"}
    assert "remove-input" in cell.metadata["tags"]


def test_tables_have_no_empty_heads_and_can_be_scrolled_by_keyboard():
    shown = site_text.tidy_table(
        '<div>\n<style scoped>x</style><table border="1" class="dataframe"><th></th></table></div>'
    )
    assert "<th></th>" not in shown
    assert "<style" not in shown
    assert 'tabindex="0"' in shown


def test_a_wide_table_is_named_by_its_columns():
    shown = site_text.tidy_table(
        '<div style="overflow-x:auto"><table><tr><th>year</th><th>"tier"</th></tr></table></div>'
    )
    assert shown.startswith(
        '<div class="wide" role="group" aria-label="Table: year, &quot;tier&quot;" tabindex="0"><table>'
    )


def test_a_link_that_shows_its_address_is_marked_and_no_other():
    bare = '<a class="reference external" href="https://x.org/?a&amp;b">https://x.org/?a&amp;b</a>'
    assert 'class="reference external bare"' in site_text.mark_bare(bare)
    other = '<a class="reference external" href="https://x.org">words</a>'
    assert site_text.mark_bare(other) == other


def test_chinese_words_are_marked_as_chinese_except_inside_drawings():
    assert site_text.say_languages("<p>the 户口 book</p>") == '<p>the <span lang="zh-Hans">户口</span> book</p>'
    for kept in (
        "<svg><text>户口</text></svg>",
        '<span class="han" lang="zh-Hans">户口</span>',
        '<p title="户口">x</p>',
    ):
        assert site_text.say_languages(kept) == kept
