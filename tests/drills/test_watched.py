"""What a running worker answers to whoever watches over it."""

import socket
from contextlib import closing
from http.client import HTTPConnection

import pytest

from tests.drills.processes import House, until

TOKEN = "as long as it has to be"  # noqa: S105 - a token of this test's


def free_port() -> int:
    with closing(socket.create_server(("127.0.0.1", 0))) as taken:
        return int(taken.getsockname()[1])


def asked(port: int, path: str) -> tuple[int, str]:
    with closing(HTTPConnection("127.0.0.1", port, timeout=30)) as to:
        to.request("GET", path, headers={"authorization": f"Bearer {TOKEN}"})
        answer = to.getresponse()
        return answer.status, answer.read().decode()


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_worker_tells_how_it_goes_until_it_is_told_to_stop(home: House) -> None:
    port = free_port()
    worker = home.worker(BEARINGS_METRICS_TOKEN=TOKEN, BEARINGS_METRICS_PORT=str(port))
    until(lambda: asked(port, "/healthz")[0] == 200, "it answers", worker)
    assert asked(port, "/readyz")[0] == 200
    status, figures = asked(port, "/metrics")
    assert status == 200
    assert "bearings_database_up 1.0" in figures
    assert "process_resident_memory_bytes" in figures
    assert worker.told_to_stop() == 0
    assert worker.trouble() == []
    with pytest.raises(ConnectionRefusedError):
        asked(port, "/healthz")


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_port_that_is_taken_is_one_plain_line(home: House) -> None:
    with closing(socket.create_server(("127.0.0.1", 0))) as taken:
        port = str(taken.getsockname()[1])
        ended = home.run("work", BEARINGS_METRICS_TOKEN=TOKEN, BEARINGS_METRICS_PORT=port)
    assert ended.returncode == 1
    assert "Choose another with BEARINGS_METRICS_PORT." in ended.stderr
