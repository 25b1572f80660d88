"""``groundwire verify``: what a person sees, what a script reads, and texts that cannot be."""

import io
import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from groundwire.agents import CheckedSentence
from groundwire.app.cli_command import Surroundings, perform
from groundwire.app.cli_console import open_console
from groundwire.app.cli_verify import Verify
from groundwire.app.cli_verify_results import STRIDE, follow_sentences, show_checked
from groundwire.core.protocols import ClaimJudge
from groundwire.core.schema import Verdict
from groundwire.core.settings import Settings
from groundwire.models import ScriptedEntailment

MILL = "# The mill\n\nThe mill at Brackwater grinds rye. The mill was built in 1874.\n"
LETTER = (
    "# A letter\n\nThe mill at Brackwater grinds rye. It was built in 1901. "
    "The miller sells silk.\n\nIs that so?\n"
)
Groundwire = Callable[..., Any]


def support(evidence: str, sentence: str) -> float:
    return 0.9 if sentence in evidence else 0.1


def contradiction(evidence: str, sentence: str) -> float:
    return 0.8 if "1874" in evidence and "1901" in sentence else 0.0


@dataclass(frozen=True, kw_only=True)
class ScriptedVerify(Verify):
    """The command with a judge that needs no weights."""

    def load_judge(self, settings: Settings) -> ClaimJudge:  # noqa: ARG002 (as in the command)
        """Repetition supports, another year contradicts."""
        return ScriptedEntailment(support, contradiction=contradiction)


@pytest.fixture
def letter(groundwire: Groundwire, tmp_path: Path) -> Path:
    """A letter about a mill, and a library that knows the mill."""
    (tmp_path / "mill.md").write_text(MILL, encoding="utf-8")
    assert groundwire("add", "mill.md", "--collection", "mills").code == 0
    path = tmp_path / "letter.md"
    path.write_text(LETTER, encoding="utf-8")
    return path


@pytest.fixture
def verify(capsys: pytest.CaptureFixture[str]) -> Callable[..., tuple[int, str, str]]:
    """The command with the scripted judge: exit code, standard output and error."""

    def run(file: Path | str, **options: Any) -> tuple[int, str, str]:
        code = perform(ScriptedVerify(file=str(file), **options), Surroundings())
        printed = capsys.readouterr()
        return code, printed.out, printed.err

    return run


VerifyRun = Callable[..., tuple[int, str, str]]


def as_run(run: tuple[int, str, str]) -> Any:
    return json.loads(run[1])


def test_a_person_reads_what_lacks_support_and_why(letter: Path, verify: VerifyRun) -> None:
    code, shown, _ = verify(letter)
    assert code == 3
    lines = shown.splitlines()
    assert lines[0].startswith("supported    The mill at Brackwater grinds rye.  [The mill]")
    assert "contradicted It was built in 1901." in shown
    assert "unsupported  The miller sells silk." in shown
    assert "not checked  Is that so?" in shown
    assert "“The mill was built in 1874.”" in shown
    assert "support 0.10, contradiction 0.80" in shown
    assert str(letter.with_name("mill.md")) in shown
    assert lines[-1] == (
        f"{letter}: 4 sentences: 1 supported, 1 unsupported, 1 contradicted, 1 not checked."
    )


def test_a_script_reads_every_sentence_with_its_evidence(letter: Path, verify: VerifyRun) -> None:
    run = verify(letter, against="mills", json=True)
    data = as_run(run)
    assert run[0] == 3
    assert set(data) == {"file", "collection", "sentences", "counts", "status"}
    assert (data["file"], data["collection"]) == (str(letter), "mills")
    assert data["status"] == "contradicted"
    assert data["counts"] == {"supported": 1, "unsupported": 1, "contradicted": 1, "unchecked": 1}
    keys = {"text", "start", "end", "verdict", "support", "contradiction", "evidence"}
    assert all(set(sentence) == keys for sentence in data["sentences"])
    assert all(one["text"] == LETTER[one["start"] : one["end"]] for one in data["sentences"])
    built = data["sentences"][1]
    assert (built["verdict"], built["contradiction"]) == ("contradicted", 0.8)
    assert built["evidence"]["quote"] == "The mill was built in 1874."
    assert built["evidence"]["source"] == str(letter.with_name("mill.md"))
    assert data["sentences"][-1]["evidence"] is None


def test_a_text_that_is_supported_throughout_ends_well(letter: Path, verify: VerifyRun) -> None:
    letter.write_text("The mill was built in 1874.\n", encoding="utf-8")
    assert verify(letter)[0] == 0
    assert as_run(verify(letter, json=True))["status"] == "supported"


@pytest.mark.parametrize("text", ["😀😀", "Is it?", "# The mill\n"])
def test_a_text_that_claims_nothing_ends_well_too(
    letter: Path, verify: VerifyRun, text: str
) -> None:
    letter.write_text(text, encoding="utf-8")
    run = verify(letter, json=True)
    assert (run[0], as_run(run)["status"]) == (0, "unchecked")
    assert verify(letter)[1].splitlines()[-1].startswith(f"{letter}: ")


@pytest.mark.parametrize("text", ["a" * 100_000, "Die Mühle mahlt Roggen und Gerste."])
def test_odd_texts_have_an_outcome(letter: Path, verify: VerifyRun, text: str) -> None:
    letter.write_text(text, encoding="utf-8")
    code, shown, _ = verify(letter)
    assert code in {0, 3}
    assert "1 sentence" in shown or "2 sentences" in shown


def test_other_formats_are_read_as_when_they_are_added(letter: Path, verify: VerifyRun) -> None:
    page = letter.with_name("letter.html")
    page.write_text("<html><body><h1>Mill</h1><p>The mill was built in 1874.</p></body></html>")
    assert as_run(verify(page, json=True))["counts"]["supported"] == 1


def test_text_from_standard_input_is_checked(
    letter: Path, verify: VerifyRun, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(letter.read_bytes())))
    data = as_run(verify("-", json=True))
    assert data["file"] == "-"
    assert [one["text"] for one in data["sentences"]][-1] == "Is that so?"


UNREADABLE = {
    "empty.md": (b"", "empty"),
    "blank.md": (b" \n\n", "empty"),
    "data.bin": (bytes(range(256)) * 20, "binary data, no text"),
    "broken.pdf": (b"%PDF-1.7 nothing", "damaged"),
}


@pytest.mark.parametrize("name", UNREADABLE)
def test_a_file_that_cannot_be_read_is_named(
    groundwire: Groundwire, tmp_path: Path, name: str
) -> None:
    content, reason = UNREADABLE[name]
    (tmp_path / name).write_bytes(content)
    run = groundwire("verify", name)
    assert run.code == 1
    assert f"Error: {name} cannot be checked: {reason}" in run.err


def test_a_file_that_is_not_there_is_named_and_a_script_gets_its_keys(
    groundwire: Groundwire,
) -> None:
    assert "There is no file gone.md." in groundwire("verify", "gone.md").err
    failed = groundwire("verify", "gone.md", "--json", "--against", "mills")
    assert (failed.code, failed.json["status"]) == (2, "failed")
    assert (failed.json["file"], failed.json["collection"]) == ("gone.md", "mills")
    assert failed.json["sentences"] == []
    assert set(failed.json["counts"].values()) == {0}


def test_a_folder_is_no_text(groundwire: Groundwire, tmp_path: Path) -> None:
    run = groundwire("verify", str(tmp_path))
    assert run.code == 1
    assert "a folder, not a file" in run.err


def test_an_empty_library_is_told_and_what_to_do(groundwire: Groundwire, tmp_path: Path) -> None:
    (tmp_path / "letter.md").write_text(LETTER, encoding="utf-8")
    run = groundwire("verify", "letter.md", "--against", "mills")
    assert run.code == 2
    assert "The library is empty" in run.err
    assert "groundwire add" in run.err


def test_an_unknown_collection_is_refused(groundwire: Groundwire, letter: Path) -> None:
    run = groundwire("verify", str(letter), "--against", "looms")
    assert run.code == 2
    assert "'looms'" in run.err
    assert "mills" in run.err


def test_help_tells_the_exit_codes(groundwire: Groundwire) -> None:
    shown = " ".join(groundwire("verify", "--help").out.split())
    assert "3: some are unsupported or contradicted" in shown


def checked(number: int, *, stop: int | None = None) -> Iterator[CheckedSentence]:
    for place in range(number):
        if place == stop:
            raise KeyboardInterrupt
        yield CheckedSentence(text="It is.", start=place, end=place + 1, verdict=Verdict.SUPPORTED)


def test_a_long_check_tells_how_far_it_is() -> None:
    console = open_console(io.StringIO())
    assert len(follow_sentences(console, checked(2 * STRIDE), total=2 * STRIDE)) == 2 * STRIDE
    assert isinstance(console.file, io.StringIO)
    assert console.file.getvalue().splitlines() == [
        "100 of 200 sentences checked",
        "200 of 200 sentences checked",
    ]


def test_an_interrupted_check_says_so() -> None:
    console = open_console(io.StringIO())
    with pytest.raises(KeyboardInterrupt):
        follow_sentences(console, checked(9, stop=4), total=9)
    assert isinstance(console.file, io.StringIO)
    assert console.file.getvalue() == "4 of 9 sentences were checked; none is kept.\n"


def test_what_is_shown_steers_no_terminal() -> None:
    console = open_console(io.StringIO())
    bad = CheckedSentence(text="\x1b[2J", start=0, end=4, verdict=Verdict.UNSUPPORTED)
    show_checked(console, "\x1b[2J.md", [bad])
    assert isinstance(console.file, io.StringIO)
    assert "\x1b" not in console.file.getvalue()
    assert "Nothing was found for it" in console.file.getvalue()


def test_the_shipped_model_tells_right_from_wrong(letter: Path) -> None:
    letter.write_text(
        "The mill at Brackwater grinds rye. Ada Lovelace flew to the moon.\n", encoding="utf-8"
    )
    command = [sys.executable, "-P", "-m", "groundwire.app", "verify", str(letter)]
    shown = subprocess.run(command, capture_output=True, text=True, check=False)
    assert shown.returncode == 3, shown.stderr
    assert "supported    The mill at Brackwater grinds rye." in shown.stdout
    flew = next(line for line in shown.stdout.splitlines() if "Ada Lovelace" in line)
    assert flew.startswith(("unsupported", "contradicted"))
