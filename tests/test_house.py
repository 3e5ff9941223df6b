"""The house rules that a machine can check, each with its reason."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
import tempfile
import warnings
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
PRODUCT = ("hub", "connectors")
MONEY = ("hub/model/", "hub/accounting/", "hub/credit/", "hub/rules/")
LONG, TOO_LONG = 300, 320
TEST_ROOMS_OF_THEIR_OWN = {
    "bench",
    "collection",
    "demo_documents",
    "faults",
    "feeds",
}  # no twin in the product: figures, material, kills


@cache
def _files() -> tuple[str, ...]:
    """Every file of the repository, also one that is about to be added."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    if listed.returncode:  # an unpacked source distribution
        found = (p.relative_to(ROOT) for folder in (*PRODUCT, "tests", "deploy") for p in (ROOT / folder).rglob("*"))
        return tuple(str(path) for path in found if (ROOT / path).is_file() and "__pycache__" not in path.parts)
    return tuple(sorted(name for name in set(listed.stdout.splitlines()) if (ROOT / name).is_file()))


def _modules(*folders: str) -> Iterator[tuple[str, ast.Module]]:
    """The Python files below `folders`, as syntax trees."""
    for name in _files():
        if name.endswith(".py") and name.startswith(tuple(f"{folder}/" for folder in folders)):
            yield name, _tree(name)


@cache
def _tree(name: str) -> ast.Module:
    return ast.parse((ROOT / name).read_text("utf-8"), name)


@cache
def _texts() -> tuple[tuple[str, str], ...]:
    """Name and contents of every text file of the repository."""
    read = []
    for name in _files():
        data = (ROOT / name).read_bytes()
        if b"\0" not in data[:8000]:
            read.append((name, data.decode("utf-8", "replace")))
    return tuple(read)


def _imports(tree: ast.Module) -> Iterator[tuple[int, str]]:
    """Line and dotted name of everything imported: `from a import b` gives `a` and `a.b`."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.lineno, node.module
            yield from ((node.lineno, f"{node.module}.{alias.name}") for alias in node.names)


def _calls(tree: ast.Module) -> Iterator[tuple[ast.Call, str]]:
    """Every call with the dotted name of what is called, as written."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            yield node, ast.unparse(node.func)


def test_import_directions_hold() -> None:
    """Whoever reads one room must not have to read those above it (DESIGN 3)."""
    command = [str(Path(sys.executable).with_name("lint-imports")), "--no-cache"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr


def test_every_room_says_what_it_is_for() -> None:
    """A reader who opens a folder learns from its first sentence whether this is the right one."""
    silent = []
    for name, tree in _modules(*PRODUCT):
        folder = (ROOT / name).parent
        if name.endswith("/__init__.py") and not (folder / "README.md").is_file():
            sentence = (ast.get_docstring(tree) or "").partition("\n")[0]
            if not sentence.endswith("."):
                silent.append(name)
    assert silent == [], "give these a README.md, or a docstring whose first line is a sentence"


def test_every_room_is_a_package() -> None:
    """Without `__init__.py` import-linter does not see a room, and its directions go unchecked."""
    folders = {(ROOT / name).parent for name, _ in _modules(*PRODUCT) if "/migrations/" not in name}
    assert [str(f.relative_to(ROOT)) for f in sorted(folders) if not (f / "__init__.py").is_file()] == []


def test_every_module_has_a_docstring() -> None:
    """A file says its place in the flow before it says anything else."""
    modules = _modules(*PRODUCT, "deploy", "tests")
    assert [name for name, tree in modules if tree.body and not ast.get_docstring(tree)] == []


def test_tests_mirror_the_rooms() -> None:
    """Who changes `hub/store` finds its tests in `tests/store` without searching."""
    strange = []
    for name in _files():
        parts = Path(name).parts
        if parts[0] == "tests" and len(parts) > 2 and parts[1] not in TEST_ROOMS_OF_THEIR_OWN:
            room = parts[1] if parts[1] != "connectors" else "/".join(parts[1:3])
            twins = (ROOT / "hub" / room, ROOT / "hub" / f"{room}.py", ROOT / room)
            if not any(twin.exists() for twin in twins):
                strange.append(name)
    assert strange == []


def test_no_file_is_two_nouns() -> None:
    """Past 300 lines a file wants to be two (STYLE 8.3): up to 320 is a warning, more fails."""
    lengths = {
        name: text.count("\n")
        for name, text in _texts()
        if name.endswith(".py") and name.startswith(("hub/", "connectors/"))
    }
    long = {name: lines for name, lines in sorted(lengths.items()) if lines > LONG}
    if long:
        warnings.warn(f"files over {LONG} lines: {long}", stacklevel=1)
    assert {name: lines for name, lines in long.items() if lines > TOO_LONG} == {}


_READERS = {
    *("parse", "iterparse", "fromstring", "fromstringlist", "XML", "XMLID", "HTML", "XMLParser", "HTMLParser"),
    *("XMLPullParser", "XInclude", "XSLT", "parseid"),
}


def test_xml_is_read_by_the_hardened_reader_only() -> None:
    """lxml's defaults resolve entities; a second way in would be a hole (RELIABILITY 6)."""
    found = []
    for name, tree in _modules(*PRODUCT):
        if name.startswith("hub/formats/"):
            continue
        found += [f"{name}:{line} {what}" for line, what in _imports(tree) if _reads_xml(what)]
        for call, what in _calls(tree):
            module, _, function = what.rpartition(".")
            if (module.endswith("etree") and function in _READERS) or function == "xinclude":
                found.append(f"{name}:{call.lineno} {what}")
    assert found == []


def _reads_xml(imported: str) -> bool:
    module, _, name = imported.rpartition(".")
    return imported.split(".")[0] == "xml" or (module.startswith("lxml") and name in _READERS | {"html", "objectify"})


def test_nothing_is_deserialised_that_can_run_code() -> None:
    """What comes in is data: JSON, XML and CSV, never something that executes when it is read (RELIABILITY 6)."""
    found = []
    for name, tree in _modules(*PRODUCT, "deploy"):
        banned = ("pickle", "cPickle", "marshal", "shelve", "dill", "jsonpickle", "yaml")
        found += [f"{name}:{line} import {what}" for line, what in _imports(tree) if what.split(".")[0] in banned]
        found += [f"{name}:{c.lineno} {what}()" for c, what in _calls(tree) if what in ("eval", "exec", "__import__")]
        for call, what in _calls(tree):
            if any(keyword.arg == "shell" for keyword in call.keywords):
                found.append(f"{name}:{call.lineno} {what}(shell=…)")
    assert found == []


def test_money_is_never_a_binary_float() -> None:
    """0.1 + 0.2 is not 0.3 in binary; only where an official rule itself counts in xs:double may we, saying so."""
    found = []
    for name, tree in _modules("hub"):
        if not name.startswith(MONEY):
            continue
        functions = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)]
        excused = [range(f.lineno, (f.end_lineno or f.lineno) + 1) for f in functions if _is_about_doubles(name, f)]
        calls = [call for call, what in _calls(tree) if what == "float"]
        literals = [n for n in ast.walk(tree) if isinstance(n, ast.Constant) and isinstance(n.value, float)]
        for node in (*calls, *literals):
            if not any(node.lineno in lines for lines in excused):
                found.append(f"{name}:{node.lineno} {ast.unparse(node)}")
    assert found == []


def _is_about_doubles(name: str, node: ast.FunctionDef) -> bool:
    """A function that says, in docstring or comment, that the rule it applies counts in binary doubles (VALIDATION 5, 8)."""
    lines = (ROOT / name).read_text("utf-8").splitlines()[node.lineno - 1 : node.end_lineno]
    return "double" in "\n".join(lines)


def _registry_hosts() -> list[str]:
    """Put together here, so that this file does not name what it forbids; and the ones that this machine uses."""
    known = [
        "pypi" + ".org",
        "python" + "hosted.org",
        "npm" + "js.org",
        "npm" + "js.com",
        "unpkg" + ".com",
        "js" + "delivr.net",
    ]
    command = [sys.executable, "-m", "pip", "config", "list"]
    configured = subprocess.run(command, capture_output=True, text=True).stdout
    return known + re.findall(r"https?://(?:[^/@\s']+@)?([^/:\s']+)", configured)


def test_no_file_names_a_package_registry() -> None:
    """Where packages come from is the installation's business; a lock to one address breaks everybody else's."""
    words = "|".join([re.escape(host) for host in _registry_hosts()] + ["index" + "-url", "registry" + "="])
    pattern = re.compile(words, re.IGNORECASE)
    assert [(name, m.group()) for name, text in _texts() if (m := pattern.search(text))] == []


def test_no_file_names_a_path_of_the_machine_it_was_made_on() -> None:
    """Such a path works in one place only, and tells strangers about it."""
    homes = [r"/home/\w+/", "/" + "root/", r"/Users/\w+/", r"[A-Z]:\\Users\\"]
    ordinary = {Path(tempfile.gettempdir()), *(Path(p) for p in ("/", "/opt", "/srv", "/usr/src", "/home", "/var/lib"))}
    own = [ROOT] if ROOT.parent in ordinary else [ROOT.parent]
    pattern = re.compile("|".join([*homes, *(re.escape(f"{path}/") for path in own)]))
    assert [(name, m.group()) for name, text in _texts() if (m := pattern.search(text))] == []


@pytest.mark.parametrize("word", ["TODO", "FIXME", "XXX"])
def test_nothing_is_left_for_later_in_a_comment(word: str) -> None:
    """What is not done stands in the CHANGELOG or an issue, where somebody looks."""
    pattern = re.compile(rf"#.*\b{word}\b")
    texts = [(name, text) for name, text in _texts() if name.startswith(("hub/", "connectors/", "deploy/"))]
    assert [name for name, text in texts if pattern.search(text)] == []


@pytest.mark.parametrize("page", [name for name in _files() if name.endswith(".md")])
def test_pages_name_files_that_exist(page: str) -> None:
    """A page that points at nothing has stopped being true."""
    text, folder = (ROOT / page).read_text("utf-8"), (ROOT / page).parent
    links = re.findall(r"\]\((?!https?:)([^)#]+)\)", text)
    paths = re.findall(r"`((?:hub|tests|connectors|mappings|deploy)/[\w./-]+)`", text)
    missing = [link for link in links if not (folder / link).exists()]
    assert missing + [path for path in paths if not (ROOT / path).exists()] == []
