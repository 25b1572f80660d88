"""No test reaches another machine, and none sees the settings of who runs it."""

import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

# Reserved for documentation (RFC 5737, IPv4 Address Blocks Reserved for Documentation).
ELSEWHERE = "192.0.2.1"
CONNECT = f"import socket; socket.create_connection(('{ELSEWHERE}', 9), timeout=1)"


def test_a_connection_off_the_machine_is_refused_and_noted(offline_log: Path) -> None:
    with pytest.raises(RuntimeError, match="tests stay on this machine"):
        socket.create_connection((ELSEWHERE, 9), timeout=1)
    assert ELSEWHERE in offline_log.read_text(encoding="utf-8")
    offline_log.unlink()


def test_so_is_a_datagram(offline_log: Path) -> None:
    with (
        socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as datagrams,
        pytest.raises(RuntimeError, match="tests stay on this machine"),
    ):
        datagrams.sendto(b"hello", (ELSEWHERE, 9))
    offline_log.unlink()


def test_so_is_the_look_up_of_a_name(offline_log: Path) -> None:
    with pytest.raises(RuntimeError, match="tests stay on this machine"):
        socket.getaddrinfo("example.invalid", 443)
    offline_log.unlink()


def test_a_process_that_a_test_starts_is_guarded_too(offline_log: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", CONNECT], check=False, capture_output=True, text=True
    )
    assert done.returncode == 1
    assert "tests stay on this machine" in done.stderr
    assert ELSEWHERE in offline_log.read_text(encoding="utf-8")
    offline_log.unlink()


def test_this_machine_may_be_reached() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        host, port = server.getsockname()
        socket.create_connection(("localhost", port), timeout=5).close()
        socket.create_connection((host, port), timeout=5).close()


def test_settings_of_the_developer_do_not_leak_in(own_home: Path, tmp_path: Path) -> None:
    names = {name for name in os.environ if name.startswith("GROUNDWIRE_")}
    assert names == {"GROUNDWIRE_HOME"}
    assert os.environ["GROUNDWIRE_HOME"] == str(own_home)
    assert not list(own_home.iterdir())
    assert not own_home.is_relative_to(tmp_path)


def test_a_swallowed_attempt_still_fails_the_test(pytester: pytest.Pytester) -> None:
    pytester.makeconftest(Path(__file__).parents[1].joinpath("conftest.py").read_text())
    guard = Path(__file__).parents[1] / "offline" / "sitecustomize.py"
    pytester.mkdir("offline").joinpath("sitecustomize.py").write_text(guard.read_text())
    pytester.makepyfile(
        f"""
        import socket

        def test_swallows():
            try:
                socket.create_connection(("{ELSEWHERE}", 9), timeout=1)
            except Exception:
                pass
        """
    )
    done = pytester.runpytest_subprocess("-p", "no:cacheprovider")
    done.assert_outcomes(passed=1, errors=1)
    done.stdout.fnmatch_lines(["*tried to reach another machine*"])
