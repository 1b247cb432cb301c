"""Plain words for the commonest slips of somebody who has never programmed. They say what to look at, never the answer."""

from __future__ import annotations

import ast
import re

from coursekit.magics import parsed

TEXT_CHARS_READ = 500
# IPython's name for a cell, which says nothing to a reader, beside the line, which does.
IN_CELL = re.compile(r" \((?:<[^<>()]*>|\w+\.py), line (\d+)\)$")

# Name of the error, what its message holds, what to look at; the first that fits is said.
SLIPS: list[tuple[str, str, str]] = [
    ("KeyError", "^None$", "A dictionary was asked for None (not known): ask for that case first."),
    ("KeyError", "", "A dictionary was asked for a name that it does not hold; .get(name) gives None instead."),
    ("UnboundLocalError", "", "A name is used before it has a value; give it a first value before the loop."),
    ("NameError", "", "A name has no value here. Is it spelled as above, was its cell run? What a lesson defined is not known here."),
    ("IndexError", "", "A list was asked for a place that it does not have. It may be empty, or shorter than you think."),
    ("TypeError", "cannot unpack non-iterable", "One value came back where several are expected: return them with commas between."),
    ("TypeError", r"missing \d+ required", "A function was called without a value that it needs: compare your call with an example of its use."),
    ("TypeError", "object is not callable", "Round brackets stand after something that is no function: leave them out, or take square ones."),
    ("TypeError", "NoneType", "Some value is None (not known): ask for that first."),  # before all that name a second kind
    ("TypeError", "can only concatenate str", "A text and something else stand on the two sides of +. What stands between quotation marks is text; str(x) makes a text of x."),
    ("TypeError", "can only concatenate", "With + only a list can be put behind a list: x.append(value) puts one value behind x."),
    ("TypeError", "(operand|multiply).*'list'|'list'.*(operand|multiply)", "A list cannot be added to a number, multiplied or divided as a whole: go through it."),
    ("TypeError", r"^'(int|float|bool|numpy\.\w+)' object is not iterable", "One number came back where a list is expected."),
    ("TypeError", "(operand|not supported between).*'str'", "A text stands where a number or a day is needed. What stands between quotation marks is text."),
    ("AttributeError", "'list'", "A list is asked for what one of its values can do: go through it, value by value."),
    ("AttributeError", "'NoneType'", "A name holds nothing (None). x.append(y) and x.sort() change x and give nothing back: write them without x = before them."),
    ("ValueError", "invalid literal for int", "int reads digits only: take commas and spaces out of the text first."),
    ("ValueError", "truth value of a", "Whole columns are joined with & and |, each comparison in brackets, not with and, or."),
]  # fmt: skip


def about_error(kind: str, text: str) -> str:
    """A sentence that puts the error into plain words, with a space before it; empty where none is known."""
    begin = text[:TEXT_CHARS_READ]
    fits = (words for name, pattern, words in SLIPS if name == kind and re.search(pattern, begin))
    return next((f" {words}" for words in fits), "")


def stopped(kind: str, text: str, *, hidden: bool = False) -> str:
    """What is said where code stopped with an error: the same in a notebook, in a terminal and in feedback.

    kind, text  the error's name and its message
    hidden      leave the message out: it may show an input of a hidden check
    """
    told = IN_CELL.sub(r" (line \1)", text.rstrip("."))
    said = kind if hidden else f"{kind}: {told}"
    return f"Your code stopped with {said}.{about_error(kind, text)}"


def about_unread(names: tuple[str, ...], history: list[str]) -> str:
    """A sentence where the answer that was run last is not Python; else an empty text.

    names    what the question asks for
    history  sources of the cells that were run, oldest first
    """
    for source in reversed(history):
        if not any(re.search(rf"^(def +{name}\b|{name} *=[^=])", source, re.MULTILINE) for name in names):
            continue
        try:
            parsed(source)
        except SyntaxError as error:
            return f"Python could not read your answer as you last ran it. Look at line {error.lineno or 1} of it, and the one before."
        return ""
    return ""


def about_return(ran: str | None, names: tuple[str, ...]) -> str:
    """A sentence for an answer whose function gives nothing back; empty where it does, or where nothing can be read.

    ran    source of the answer cell, as last run
    names  what the question asks for
    """
    try:
        body = parsed(ran or "").body
    except SyntaxError:
        return ""
    for node in body:
        if not isinstance(node, ast.FunctionDef) or node.name not in names:
            continue
        if not any(isinstance(inner, ast.Return | ast.Yield | ast.YieldFrom) for inner in ast.walk(node)):
            return f" Your function {node.name} has no return, so it gives nothing back. print only shows a value."
    return ""
