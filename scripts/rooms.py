"""Draws the rooms: files, lines, what each imports, and whether modules go in circles.

    python scripts/rooms.py              a table
    python scripts/rooms.py --mermaid    a picture for docs/architecture.md

Reads imports only, by grimp, the library below import-linter; never runs the program.
"""

# ruff: noqa: INP001  # scripts are run, not imported

import sys
from collections import defaultdict
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import grimp

ROOT = Path(__file__).parents[1]


def room_of(module: str) -> str:
    """The room of a module: the first name below `monitor`, two within the core."""
    names = module.split(".")[1:]
    if not names:
        return "monitor"
    return "/".join(names[:2]) if names[0] == "core" else names[0]


def circle(graph: grimp.ImportGraph) -> list[str]:
    """The modules of one import circle, or nothing."""
    needs = {name: graph.find_modules_directly_imported_by(name) for name in graph.modules}
    try:
        TopologicalSorter(needs).prepare()
    except CycleError as error:
        return list(error.args[1])
    return []


def main() -> None:
    graph = grimp.build_graph("monitor", exclude_type_checking_imports=True)
    files: dict[str, int] = defaultdict(int)
    lines: dict[str, int] = defaultdict(int)
    imports: dict[str, set[str]] = defaultdict(set)
    for path in sorted((ROOT / "monitor").rglob("*.py")):
        module = ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")
        room = room_of(module)
        files[room] += path.name != "__init__.py"
        lines[room] += path.read_text(encoding="utf-8").count("\n")
        for needed in graph.find_modules_directly_imported_by(module):
            imports[room].add(room_of(needed))
    say = sys.stdout.write
    if "--mermaid" in sys.argv:
        say("graph TD\n")
        for room in sorted(imports):
            for needed in sorted(imports[room] - {room, "errors", "model"}):
                say(f"  {room.replace('/', '_')} --> {needed.replace('/', '_')}\n")
        return
    for room in sorted(lines):
        needed = ", ".join(sorted(imports[room] - {room})) or "nothing of its own"
        say(f"{room:16} {files[room]:3} files {lines[room]:6,} lines   {needed}\n")
    say(f"{sum(files.values())} files, {sum(lines.values()):,} lines; ")
    found = circle(graph)
    say(f"a circle: {' → '.join(found)}\n" if found else "no import circle\n")


if __name__ == "__main__":
    main()
