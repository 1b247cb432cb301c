"""Plain words for the commonest slips of somebody who has never programmed. They say what to look at, never the answer."""

from __future__ import annotations

import ast


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
    if isinstance(error, TypeError) and "NoneType" in str(error):
        return " Some value is None (not known): ask for that first."
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
