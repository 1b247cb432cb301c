"""Plain words for the commonest slips of somebody who has never programmed. They say what to look at, never the answer."""

from __future__ import annotations

import ast
import re


def about_error(error: BaseException) -> str:
    """A sentence that puts the error into plain words, with a space before it; empty where none is known."""
    if isinstance(error, KeyError) and error.args == (None,):
        return " A dictionary was asked for None (not known): ask for that case first."
    if isinstance(error, KeyError):
        return " A dictionary was asked for a name that it does not hold; .get(name) gives None instead."
    if isinstance(error, UnboundLocalError):
        return " A name is used before it has a value; give it a first value before the loop."
    if isinstance(error, NameError):
        return " A name has no value here. Is it spelled as above, was its cell run? What a lesson defined is not known here."
    if isinstance(error, IndexError):
        return " A list was asked for a place that it does not have. It may be empty, or shorter than you think."
    if isinstance(error, TypeError) and "cannot unpack non-iterable" in str(error):
        return " One value came back where several are expected: return them with commas between."
    if (
        isinstance(error, TypeError)
        and "'list'" in str(error)
        and ("operand" in str(error) or "multiply" in str(error))
    ):
        return " A list cannot be added to a number, multiplied or divided as a whole: go through it."
    if isinstance(error, TypeError) and re.match(r"'(int|float|bool|numpy\.\w+)' object is not iterable", str(error)):
        return " One number came back where a list is expected."
    if (
        isinstance(error, TypeError)
        and "'str'" in str(error)
        and re.search("operand|not supported between", str(error))
    ):
        return " A text stands where a number or a day is needed. What stands between quotation marks is text."
    if isinstance(error, TypeError) and "object is not callable" in str(error):
        return " Round brackets stand after something that is no function: leave them out, or take square ones."
    if isinstance(error, AttributeError) and "'list'" in str(error):
        return " A list is asked for what one of its values can do: go through it, value by value."
    if isinstance(error, ValueError) and "invalid literal for int" in str(error):
        return " int reads digits only: take commas and spaces out of the text first."
    if isinstance(error, ValueError) and "truth value of a" in str(error):
        return " Whole columns are joined with & and |, each comparison in brackets, not with and, or."
    if isinstance(error, AttributeError) and "'NoneType'" in str(error):
        return " A name holds nothing (None). x.append(y) and x.sort() change x and give nothing back: write them without x = before them."
    if isinstance(error, TypeError) and "NoneType" in str(error):
        return " Some value is None (not known): ask for that first."
    return ""


def about_unread(names: tuple[str, ...], history: list[str]) -> str:
    """A sentence where the answer that was run last is not Python; else an empty text.

    names    what the question asks for
    history  sources of the cells that were run, oldest first
    """
    for source in reversed(history):
        if not any(re.search(rf"^(def +{name}\b|{name} *=[^=])", source, re.MULTILINE) for name in names):
            continue
        try:
            ast.parse(source)
        except SyntaxError as error:
            return f"Python could not read your answer as you last ran it. Look at line {error.lineno} of it, and the one before."
        return ""
    return ""


def about_return(ran: str | None, names: tuple[str, ...]) -> str:
    """A sentence for an answer whose function gives nothing back; empty where it does, or where nothing was run.

    ran    source of the answer cell, as last run
    names  what the question asks for
    """
    for node in ast.parse(ran).body if ran else []:
        if not isinstance(node, ast.FunctionDef) or node.name not in names:
            continue
        if not any(isinstance(inner, ast.Return | ast.Yield) for inner in ast.walk(node)):
            return f" Your function {node.name} has no return, so it gives nothing back. print only shows a value."
    return ""
