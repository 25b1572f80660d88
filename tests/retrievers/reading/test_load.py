import hashlib
import os
import subprocess
import sys
import warnings
from collections.abc import Callable
from pathlib import Path

import pytest

from groundwire.core.errors import DocumentFailed, DocumentSkipped
from groundwire.core.schema import Document
from groundwire.core.settings import ReadingSettings
from groundwire.retrievers.discover import FoundFile, find_files
from groundwire.retrievers.load import document_from_bytes, load_document, read_source

Read = Callable[[str, bytes], Document]
SETTINGS = ReadingSettings()


def test_a_document_knows_its_bytes_its_path_and_its_text(tmp_path: Path) -> None:
    source = "\ufeffTitle line\r\n\r\nSecond  line\twith blanks \r\n".encode()
    path = tmp_path / "notes.txt"
    path.write_bytes(source)
    document = load_document(str(path), SETTINGS)
    assert document.id == hashlib.sha256(source).hexdigest()
    assert document.source == str(path)
    assert document.text == "Title line\r\n\r\nSecond  line\twith blanks \r\n"
    assert (document.title, document.media_type) == ("notes", "txt")


def test_a_relative_path_becomes_absolute_and_links_stay(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "real.txt").write_text("Words.")
    (tmp_path / "link.txt").symlink_to(tmp_path / "real.txt")
    monkeypatch.chdir(tmp_path)
    assert load_document("link.txt", SETTINGS).source == str(tmp_path / "link.txt")


def test_the_title_is_the_first_heading_unless_that_stands_far_down(read: Read) -> None:
    assert read("a.md", b"# Oak and pine\n\nText.\n").title == "Oak and pine"
    assert read("report.md", b"Word. " * 400 + b"\n\n# Appendix\n").title == "report"


@pytest.mark.parametrize("content", [b"", b" \n\t\r\n", b"\xef\xbb\xbf", b"\xff\xfe \0\n\0"])
def test_an_empty_file_is_skipped(read: Read, content: bytes) -> None:
    with pytest.raises(DocumentSkipped, match=r"empty|no text"):
        read("empty.txt", content)


def test_a_file_over_the_limit_is_skipped_before_it_is_read(tmp_path: Path) -> None:
    path = tmp_path / "large.txt"
    with path.open("wb") as file:
        file.truncate(60_000_000)
    with pytest.raises(DocumentSkipped, match=r"larger than 50 MB \(reading.max_bytes\)"):
        load_document(str(path), SETTINGS)


def test_the_limit_holds_for_bytes_in_hand_too() -> None:
    with pytest.raises(DocumentSkipped, match="larger than 3 bytes"):
        document_from_bytes("/a.txt", b"four", ReadingSettings(max_bytes=3))


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="needs /proc")
def test_a_file_that_is_larger_than_it_said_is_not_read_to_its_end() -> None:
    with pytest.raises(DocumentSkipped, match="larger than 16 bytes"):
        read_source("/proc/self/status", 16)


def test_a_file_that_vanishes_between_finding_and_reading_fails(tmp_path: Path) -> None:
    path = tmp_path / "gone.txt"
    path.write_text("Soon gone.")
    [found] = find_files([str(tmp_path)])
    assert isinstance(found, FoundFile)
    path.unlink()
    with pytest.raises(DocumentFailed, match="no such file"):
        load_document(found.path, SETTINGS)


def test_what_cannot_be_opened_fails_with_the_reason(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    (tmp_path / "loop").symlink_to("loop")
    for path in ("file/inside.txt", "loop", "n" * 400, "nul\0byte"):
        with pytest.raises(DocumentFailed, match=r"cannot be read: [a-z]"):
            load_document(str(tmp_path / path), SETTINGS)


@pytest.mark.skipif(not Path("/proc/self/mem").exists(), reason="needs /proc")
def test_a_file_whose_bytes_cannot_be_read_fails_even_for_root() -> None:
    with pytest.raises(DocumentFailed, match="cannot be read: input/output error"):
        load_document("/proc/self/mem", SETTINGS)


def test_folders_fail_and_pipes_and_devices_are_skipped(tmp_path: Path) -> None:
    with pytest.raises(DocumentFailed, match="a folder"):
        load_document(str(tmp_path), SETTINGS)
    os.mkfifo(tmp_path / "pipe")
    for path in (str(tmp_path / "pipe"), "/dev/zero"):
        with pytest.raises(DocumentSkipped, match="device or pipe"):
            load_document(path, SETTINGS)


def test_damaged_documents_fail_and_say_so(read: Read) -> None:
    rubbish = bytes(range(256)) * 20
    for name in ("a.pdf", "a.docx", "a.xlsx", "a.txt", "a.md"):
        with pytest.raises(DocumentFailed, match="damaged"):
            read(name, rubbish)
    with pytest.raises(DocumentFailed, match="damaged"):
        read("a.pdf", b"%PDF-1.7\n" + rubbish)
    with pytest.raises(DocumentFailed, match="damaged"):
        read("a.rtf", b"{\\rtf1 " + b"{" * 20_000)


def test_binary_files_without_a_promise_are_skipped(read: Read) -> None:
    for name in ("photo.jpg", "program", "data.bin"):
        with pytest.raises(DocumentSkipped, match="binary data"):
            read(name, bytes(range(256)) * 20)


def test_a_person_is_shown_no_warning(read: Read, capfd: pytest.CaptureFixture[str]) -> None:
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        read("a.html", b"<html><body><p>Text & more")
    assert not caught
    assert capfd.readouterr() == ("", "")


def test_forty_megabytes_of_text_stay_within_bounded_memory(tmp_path: Path) -> None:
    path = tmp_path / "large.txt"
    line = "The quick brown fox jumps over the lazy dog and runs on through the wood. " * 8 + "\n"
    path.write_text(line * (40_000_000 // len(line)))
    program = """
import resource, sys
from groundwire.core.settings import ReadingSettings
from groundwire.retrievers.load import load_document
from groundwire.retrievers.split import split_document

class Words:
    max_tokens = 256
    def count_tokens(self, texts):
        return [text.count(" ") for text in texts]

def used():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss

before = used()
document = load_document(sys.argv[1], ReadingSettings())
pieces = split_document(document, Words())
assert sum(piece.end - piece.start for piece in pieces) == len(document.text)
print(used() - before)
"""
    run = subprocess.run(
        [sys.executable, "-c", program, str(path)], capture_output=True, text=True, check=True
    )
    kilobytes = int(run.stdout) / (1024 if sys.platform == "darwin" else 1)
    assert kilobytes < 250_000
