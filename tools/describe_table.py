"""Put the description of one table into datapackage.json, or bring it up to date.

    python tools/describe_table.py descriptor.json

The descriptor is one Frictionless resource:
  name      table name in lower_snake_case; the file is <name>.csv
  title     one line; description: one or two sentences, what a row is
  schema    {"fields": [{"name", "type": string|integer|number|year|boolean|date, "description", "unit"?,
             "constraints"?: {"required", "enum", "minimum", "maximum", "unique"}}], "primaryKey"?: [..]}
  sources   [{"title", "path"?}]; licenses: [{"name", "title"?, "path"?}]
  edition   e.g. "WPP 2024"; "" where there is none
  caveats   list of sentences: what the table cannot say
The file's columns must be the schema's fields in the same order; the tests check every cell against them.
"""

from __future__ import annotations

import csv
import json
import pathlib
import sys

DATA = pathlib.Path(__file__).resolve().parent.parent / "src" / "tipcourse" / "data"
REQUIRED = ("name", "title", "description", "schema", "sources", "licenses", "edition", "caveats")


def merge(descriptor: dict) -> None:
    """Insert or replace the resource; the list stays sorted by name."""
    missing = [key for key in REQUIRED if key not in descriptor]
    if missing:
        sys.exit(f"The descriptor lacks {', '.join(missing)}. See the top of tools/describe_table.py.")
    descriptor["path"] = f"{descriptor['name']}.csv"
    with (DATA / descriptor["path"]).open(encoding="utf-8", newline="") as lines:
        header = next(csv.reader(lines))
    fields = [field["name"] for field in descriptor["schema"]["fields"]]
    if header != fields:
        sys.exit(f"{descriptor['path']} has the columns {header}, the descriptor {fields}. Make them the same.")
    package_file = DATA / "datapackage.json"
    package = json.loads(package_file.read_text(encoding="utf-8"))
    others = [r for r in package["resources"] if r["name"] != descriptor["name"]]
    package["resources"] = sorted([*others, descriptor], key=lambda r: r["name"])
    package_file.write_text(json.dumps(package, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
    print(f"{descriptor['name']} is described in {package_file.relative_to(DATA.parents[2])}.")


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    merge(json.loads(pathlib.Path(sys.argv[1]).read_text(encoding="utf-8")))
