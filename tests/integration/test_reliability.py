"""The library under kills, with several processes and threads, and on bad disks."""

import json
import random
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from groundwire.core.settings import EncoderSettings, Settings
from groundwire.retrievers import (
    Library,
    add_paths,
    check_library,
    list_documents,
    open_library,
    read_document,
    remove_documents,
    search,
)

Order = Callable[..., dict[str, Any]]
SERVER = Path(__file__).with_name("library_process.py")
HOMES, KILLS, FILES = 6, 5, 200


def settings_of(home: Path) -> Settings:
    return Settings(home=home, encoder=EncoderSettings(model="hash"))


def start_server() -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, str(SERVER)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )


def send(server: subprocess.Popen[str], **order: object) -> None:
    assert server.stdin is not None
    server.stdin.write(json.dumps({"kill_after": None, **order}) + "\n")
    server.stdin.flush()


def receive(server: subprocess.Popen[str]) -> dict[str, Any]:
    assert server.stdout is not None
    reply: dict[str, Any] = json.loads(server.stdout.readline())
    return reply


@pytest.fixture
def servers() -> Iterator[Callable[[], subprocess.Popen[str]]]:
    """Starts processes; they end with the test."""
    started: list[subprocess.Popen[str]] = []

    def start() -> subprocess.Popen[str]:
        started.append(start_server())
        return started[-1]

    yield start
    for server in started:
        server.communicate()


def write_files(folder: Path, count: int, *, name: str = "f") -> list[Path]:
    """Small files of one to three passages; every tenth has the text of the one before it."""
    folder.mkdir(parents=True, exist_ok=True)
    paths = []
    for number in range(count):
        told = number - 1 if number % 10 == 9 else number
        parts = [
            f"# Part {part}\n\nIn {name}{told} the harbour of part {part} was built. 항구\n"
            for part in range(1 + told % 3)
        ]
        path = folder / f"{name}{number:03}.md"
        path.write_bytes("\n".join(parts).encode())
        paths.append(path)
    return paths


def assert_whole(library: Library, paths: list[Path]) -> None:
    """Every file stands once, with its exact text, in every index; nothing else does."""
    listed = list_documents(library)
    assert sorted(one.source for one in listed) == sorted(map(str, paths))
    for one in listed:
        document = read_document(library, one.document_id)
        assert document is not None
        assert document.text == Path(one.source).read_bytes().decode()
    assert library.notice is None
    report = check_library(library)
    assert report.whole
    assert report.problems == ()
    assert report.documents == len({path.read_bytes() for path in paths})


def test_kill_at_any_moment(tmp_path: Path, servers: Callable[[], subprocess.Popen[str]]) -> None:
    """30 kills: five in a row for each home, never tidied up in between, then finished."""
    server = servers()
    moments = random.Random(20)
    paths = write_files(tmp_path / "files", FILES)
    portion = FILES // KILLS
    send(server, home=str(tmp_path / "calm"), paths=[str(path) for path in paths[:portion]])
    whole = receive(server)
    assert whole["code"] == 0
    kills = 0
    for number in range(HOMES):
        home = tmp_path / f"home{number}"
        for part in range(KILLS):
            # Spread over the whole run: one in each fifth of it, in another order for each home.
            slot = (part + number) % KILLS
            moment = whole["seconds"] * (slot + moments.random()) / KILLS
            some = [str(path) for path in paths[: portion * (part + 1)]]
            send(server, home=str(home), paths=some, kill_after=moment)
            kills += receive(server)["killed"]
        send(server, home=str(home), paths=[str(path.parent) for path in paths[:1]])
        assert receive(server)["code"] == 0
        with open_library(settings_of(home)) as library:
            assert_whole(library, paths)
            found = search(library, "harbour built in f123", k=3)
            assert all(hit.passage.text in Path(hit.passage.source).read_text() for hit in found)
    assert kills >= HOMES * KILLS * 0.8


def test_two_processes_add_while_a_third_asks(
    tmp_path: Path, servers: Callable[[], subprocess.Popen[str]]
) -> None:
    home = tmp_path / "home"
    common = write_files(tmp_path / "common", 30, name="common")
    own = [write_files(tmp_path / name, 40, name=name) for name in ("left", "right")]
    first = tmp_path / "first.md"
    first.write_text("The very first harbour.")
    workers = [servers(), servers()]
    with open_library(settings_of(home)) as asking:
        list(add_paths(asking, [str(first)]))
        assert search(asking, "harbour")
        for worker, mine in zip(workers, own, strict=True):
            folders = [str(common[0].parent), str(mine[0].parent)]
            send(worker, home=str(home), paths=folders)
        replies: list[dict[str, Any]] = []
        waiting = threading.Thread(target=lambda: replies.extend(map(receive, workers)))
        waiting.start()
        rounds = 0
        while waiting.is_alive():
            assert search(asking, "the very first harbour", k=100)
            rounds += 1
        waiting.join()
        assert [reply["code"] for reply in replies] == [0, 0]
        assert rounds > 0
        for name in ("common", "left", "right"):
            hits = search(asking, f"In {name}3 the harbour of part 0", k=5)
            assert any(f"{name}3 " in hit.passage.text for hit in hits)
        assert_whole(asking, [first, *common, *own[0], *own[1]])


def test_threads_share_a_library(tmp_path: Path) -> None:
    """Searching, adding and removing at once, as the chat page does."""
    paths = write_files(tmp_path / "files", 30)
    with open_library(settings_of(tmp_path / "home")) as library:
        list(add_paths(library, [str(paths[0])]))
        done = threading.Event()
        failures: list[BaseException] = []

        def guard(work: Callable[[], object]) -> threading.Thread:
            def run() -> None:
                try:
                    work()
                except BaseException as error:  # noqa: BLE001 - told by the test below
                    failures.append(error)

            thread = threading.Thread(target=run)
            thread.start()
            return thread

        def ask() -> None:
            while not done.is_set():
                assert search(library, "harbour of part 0", k=3)

        askers = [guard(ask) for _ in range(2)]

        def add_each(part: list[Path]) -> None:
            for path in part:
                list(add_paths(library, [str(path)]))

        parts = (paths[:15], paths[15:])
        adders = [guard(partial(add_each, part)) for part in parts]
        for adder in adders:
            adder.join()
        remove_documents(library, str(paths[5]))
        done.set()
        for asker in askers:
            asker.join()
        assert failures == []
        assert_whole(library, paths[:5] + paths[6:])
