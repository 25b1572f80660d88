"""The bar in numbers: sizes, nesting, and words that must not stand in the source."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
ROOMS = sorted(path.parent for path in ROOT.glob("*/py.typed"))
SOURCES = sorted(path for room in ROOMS for path in room.rglob("*.py"))
TESTS = sorted((ROOT / "tests").rglob("*.py"))
SHIPPED = [
    path
    for path in (*ROOT.iterdir(), *(ROOT / ".ci").iterdir(), *SOURCES, *TESTS)
    if path.is_file()
    and path.suffix in {"", ".py", ".toml", ".md", ".lock", ".in"}
    and not path.name.startswith(".coverage")  # what a test run leaves, not text
]

MAX_FILE, MAX_FUNCTION, MAX_COMPLEXITY, MAX_NESTING, MAX_PARAMETERS = 300, 50, 10, 3, 5
MAX_BROAD, MAX_IGNORES = 3, 5

Function = ast.FunctionDef | ast.AsyncFunctionDef
BRANCHES = (
    ast.If | ast.For | ast.AsyncFor | ast.While | ast.ExceptHandler | ast.IfExp | ast.comprehension
)
NESTS = ast.If | ast.For | ast.AsyncFor | ast.While | ast.Try | ast.With | ast.AsyncWith | ast.Match


def functions(tree: ast.AST) -> Iterator[Function]:
    """Every function and method, inner ones too."""
    return (node for node in ast.walk(tree) if isinstance(node, Function))


def complexity(function: ast.AST) -> int:
    """Ways through a function: one more for each branch and each further operand of and, or."""
    nodes = list(ast.walk(function))
    operands = sum(len(node.values) - 1 for node in nodes if isinstance(node, ast.BoolOp))
    return 1 + operands + sum(isinstance(node, BRANCHES) for node in nodes)


def nesting(node: ast.AST, level: int = 0) -> int:
    """How deep the deepest block stands; `elif` is no deeper than its `if`."""
    deepest = level
    for child in ast.iter_child_nodes(node):
        if isinstance(child, Function | ast.ClassDef):
            continue
        is_elif = isinstance(node, ast.If) and isinstance(child, ast.If) and child in node.orelse
        deeper = isinstance(child, NESTS) and not is_elif
        deepest = max(deepest, nesting(child, level + deeper))
    return deepest


def parameters(function: Function) -> int:
    """How many parameters a caller sees."""
    arguments = function.args
    names = [each.arg for each in (*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs)]
    return len(names) - (names[:1] in (["self"], ["cls"]))


def too_large(code: str) -> list[str]:
    """What of ``code`` is over the bar."""
    lines = len(code.splitlines())
    found = [f"{lines} lines"] if lines > MAX_FILE else []
    for function in functions(ast.parse(code)):
        length = (function.end_lineno or function.lineno) - function.lineno + 1
        measured = {
            "lines": (length, MAX_FUNCTION),
            "complexity": (complexity(function), MAX_COMPLEXITY),
            "nesting": (nesting(function), MAX_NESTING),
            "parameters": (parameters(function), MAX_PARAMETERS),
        }
        found += [
            f"{function.name}: {what} {value}, at most {most}"
            for what, (value, most) in measured.items()
            if value > most
        ]
    return found


def handlers(code: str) -> list[str]:
    """What each `except` of ``code`` catches; "" for a bare one."""
    nodes = (node for node in ast.walk(ast.parse(code)) if isinstance(node, ast.ExceptHandler))
    return [ast.unparse(node.type) if node.type else "" for node in nodes]


def is_broad(caught: str) -> bool:
    """Whether an `except` catches everything."""
    return bool(re.search(r"\b(Base)?Exception\b", caught))


def prints(code: str) -> int:
    """Calls of `print` in ``code``."""
    calls = (node.func for node in ast.walk(ast.parse(code)) if isinstance(node, ast.Call))
    return sum(isinstance(call, ast.Name) and call.id == "print" for call in calls)


UNDONE = re.compile(r"\b(?:[T]ODO|[F]IXME|[X]XX)\b")
# Where people and build machines keep their files, and a data folder beside the repository.
MACHINE = re.compile(r"(?<![\w.~])/(?:home|Users|root|work|opt)/\w|\.\./shared\b|\bshared[/]data\b")
REGISTRY = re.compile(
    r"https?://[^\s'\"]*(?:/simple\b|pypi[.]org|pythonhosted)"
    r"|index-url[ =]+https?:|--find-links[ =]"
)


def file_name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


@pytest.mark.parametrize("path", SOURCES, ids=file_name)
def test_files_and_functions_are_small(path: Path) -> None:
    assert not too_large(path.read_text(encoding="utf-8"))


@pytest.mark.parametrize("path", SOURCES, ids=file_name)
def test_nothing_is_caught_bare_left_undone_or_printed(path: Path) -> None:
    code = path.read_text(encoding="utf-8")
    assert "" not in handlers(code)
    assert not UNDONE.search(code)
    assert path.parent.name == "app" or not prints(code)


def test_broad_excepts_and_ignored_types_are_few_and_have_reasons() -> None:
    codes = [path.read_text(encoding="utf-8") for path in SOURCES]
    assert sum(is_broad(caught) for code in codes for caught in handlers(code)) <= MAX_BROAD
    ignores = [line for code in codes for line in code.splitlines() if "type: ignore" in line]
    assert len(ignores) <= MAX_IGNORES
    assert all(re.search(r"type: ignore\[[\w-]+\] +# \w", line) for line in ignores), ignores


@pytest.mark.parametrize("path", SHIPPED, ids=file_name)
def test_no_file_names_a_machine_a_registry_or_a_folder_outside(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert not MACHINE.findall(text)
    assert not REGISTRY.findall(text)


LONG_FUNCTION = "def long():\n" + "    step()\n" * 50
BRANCHY = "def branchy(a, b):\n" + "    if a and b:\n        pass\n" * 5
DEEP = "def deep(a):\n for b in a:\n  if b:\n   with b:\n    while b:\n     pass\n"
GREEDY = "def greedy(self, a, b, c, *, d, e, f):\n    pass\n"


@pytest.mark.parametrize(
    ("code", "complaint"),
    [
        ("step()\n" * 301, "301 lines"),
        (LONG_FUNCTION, "long: lines 51"),
        (BRANCHY, "branchy: complexity 11"),
        (DEEP, "deep: nesting 4"),
        (GREEDY, "greedy: parameters 6"),
    ],
)
def test_what_is_too_large_is_seen(code: str, complaint: str) -> None:
    assert [found for found in too_large(code) if found.startswith(complaint)]


def test_elif_is_no_deeper_than_its_if() -> None:
    code = "def flat(a):\n    if a == 1:\n        pass\n" + "    elif a:\n        pass\n" * 4
    assert not too_large(code)


def test_bare_and_broad_excepts_are_told_apart() -> None:
    code = "try:\n    pass\nexcept ValueError:\n    pass\nexcept (OSError, Exception):\n    pass\n"
    assert [is_broad(caught) for caught in handlers(code)] == [False, True]
    assert handlers("try:\n    pass\nexcept:\n    pass\n") == [""]
    assert not is_broad("MyExceptional")


def test_a_print_is_seen() -> None:
    assert prints("def f():\n    print('x')\n    console.print('x')") == 1


def test_what_is_left_undone_is_seen() -> None:
    assert UNDONE.search("# todo: later".upper())
    assert not UNDONE.search("a methodology")


@pytest.mark.parametrize("folder", ["root", "home", "Users"])
def test_a_path_of_one_machine_is_seen(folder: str) -> None:
    assert MACHINE.search(f"see /{folder}/notes.txt")


@pytest.mark.parametrize("parts", [("..", "shared"), ("shared", "data", "squad")])
def test_a_data_folder_beside_the_repository_is_seen(parts: tuple[str, ...]) -> None:
    assert MACHINE.search("/".join(parts))


def test_other_paths_are_let_pass() -> None:
    assert not MACHINE.search("docs/opt/x ~/home/y ../shared_things /tmp/z")


def test_a_registry_is_seen_and_a_web_page_is_not() -> None:
    scheme = "https:/"
    assert REGISTRY.search(f"{scheme}/mirror.example.org/simple/torch")
    assert REGISTRY.search(f"--index-url {scheme}/example.org")
    assert not REGISTRY.search("https://www.apache.org/licenses/LICENSE-2.0 is simple")
