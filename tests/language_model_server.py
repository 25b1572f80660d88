"""A server that speaks the protocol of OpenAI on this machine, and misbehaves on command."""

import contextlib
import json
import re
import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

MODEL, CONTEXT = "tiny", 2048
KEY = "sk-very-secret"
USAGE = {"prompt_tokens": 11, "completion_tokens": 7, "total_tokens": 18}
TOO_LONG = f"This model's maximum context length is {CONTEXT} tokens. You requested 9000 tokens."


class LanguageModelServer:
    """Plays its behaviours in turn, the last of them for ever; keeps every request it saw."""

    def __init__(self) -> None:
        self.behaviours: list[str] = ["ok"]
        self.text = "Rye."
        self.asked: list[dict[str, Any]] = []
        self.keys: list[str | None] = []
        self.paths: list[str] = []
        self.listed = 0
        self.closing = threading.Event()
        owner = self

        class Handler(_Handler):
            server_of = owner

        self._server = _Server(("127.0.0.1", 0), Handler)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.01,))
        self._thread.start()

    @property
    def root(self) -> str:
        return f"http://127.0.0.1:{self._server.server_port}"

    @property
    def url(self) -> str:
        return f"{self.root}/v1"

    def play(self, *behaviours: str) -> None:
        self.behaviours = list(behaviours)

    def next_behaviour(self) -> str:
        return self.behaviours.pop(0) if len(self.behaviours) > 1 else self.behaviours[0]

    def variables(self, role: str = "chat") -> dict[str, str]:
        """What a person sets in the environment to use it."""
        start = f"GROUNDWIRE_LLM__{role.upper()}__"
        values = {"MODEL": MODEL, "BASE_URL": self.url, "API_KEY": KEY}
        return {start + name: value for name, value in values.items()}

    def close(self) -> None:
        self.closing.set()
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 256  # many are asked at once


class _Handler(BaseHTTPRequestHandler):
    server_of: LanguageModelServer

    def log_message(self, *_: object) -> None:
        """Say nothing."""

    def do_GET(self) -> None:
        self.server_of.listed += 1
        found = {"data": [{"id": MODEL, "max_model_len": CONTEXT}]}
        self._send(200, json.dumps(found).encode())

    def do_POST(self) -> None:
        owner = self.server_of
        body = json.loads(self.rfile.read(int(self.headers["content-length"])))
        owner.asked.append(body)
        owner.keys.append(self.headers["authorization"])
        owner.paths.append(self.path)
        behaviour = owner.next_behaviour()
        if self.path in OTHERS:
            self._send(200, json.dumps(OTHERS[self.path](owner.text)).encode())
        elif behaviour in REFUSALS:
            status, said, *headers = REFUSALS[behaviour]
            self._send(status, json.dumps({"error": {"message": said}}).encode(), *headers)
        elif behaviour == "hang":
            owner.closing.wait(10)
        elif (option := LACKING.get(behaviour)) and option in body:
            said = {"error": {"message": f"{option} is not supported"}}
            self._send(400, json.dumps(said).encode())
        elif body.get("stream"):
            self._stream(owner.text, behaviour)
        else:
            change = REPLIES.get(behaviour, lambda whole: json.dumps(whole).encode())
            self._send(200, change(_reply(owner.text, body)))

    def _stream(self, text: str, behaviour: str) -> None:
        """Word by word; a stream that breaks does so after the second of them."""
        words = re.findall(r"\S+\s*", text)
        chunks = [_chunk({"role": "assistant", "content": word}) for word in words]
        chunks += [_chunk({}, finish="stop"), _chunk({}) | {"choices": [], "usage": USAGE}]
        lines = [f"data: {json.dumps(chunk)}\n\n".encode() for chunk in chunks]
        if behaviour in BREAKS:
            lines = [*lines[:2], BREAKS[behaviour]]
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.end_headers()
        with contextlib.suppress(OSError):  # whom it is sent to may leave
            for line in lines:
                self.wfile.write(line)
                self.wfile.flush()
        if behaviour == "hang in mid-stream":
            self.server_of.closing.wait(10)

    def _send(self, status: int, content: bytes, *headers: tuple[str, str]) -> None:
        self.send_response(status)
        given = {"Content-Type": "application/json", "Content-Length": str(len(content))}
        for name, value in (given | dict(headers)).items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(content)


def _reply(text: str, body: dict[str, Any]) -> dict[str, Any]:
    choice: dict[str, Any] = {
        "index": 0,
        "finish_reason": "stop",
        "message": {"role": "assistant", "content": text},
    }
    if body.get("logprobs"):
        one = {"token": "Rye", "logprob": -0.1, "bytes": None, "top_logprobs": []}
        choice["logprobs"] = {"content": [one]}
    return {
        "id": "1",
        "object": "chat.completion",
        "created": 1,
        "model": MODEL,
        "choices": [choice],
        "usage": USAGE,
    }


def _chunk(delta: dict[str, Any], finish: str | None = None) -> dict[str, Any]:
    choice = {"index": 0, "delta": delta, "finish_reason": finish}
    return _reply("", {}) | {"object": "chat.completion.chunk", "choices": [choice], "usage": None}


# The replies of other protocols than OpenAI's, by the path that they are asked for at.
OTHERS: dict[str, Callable[[str], dict[str, Any]]] = {
    "/v1/messages": lambda text: {
        "id": "1",
        "type": "message",
        "role": "assistant",
        "model": MODEL,
        "content": [{"type": "text", "text": text}],
        "stop_reason": "end_turn",
        "usage": {"input_tokens": 11, "output_tokens": 7},
    },
    "/api/chat": lambda text: {
        "model": MODEL,
        "created_at": "2026-01-01T00:00:00Z",
        "message": {"role": "assistant", "content": text},
        "done": True,
        "done_reason": "stop",
        "prompt_eval_count": 11,
        "eval_count": 7,
    },
}
# What comes after the second word of a stream in place of the rest.
BREAKS = {
    "cut": b"",
    "hang in mid-stream": b"",
    "error in mid-stream": b'data: {"error": {"message": "out of memory", "code": 500}}\n\n',
    "half a line": b'data: {"id": "1", "cho\n\n',
    "not UTF-8 in mid-stream": b'data: {"id": "\xff\xfe\n\n',
}
# What stands in for a reply: the status, what is said with it, and further headers.
REFUSALS: dict[str, Any] = {
    "401": (401, f"Incorrect API key provided: {KEY}"),
    "403": (403, "not for you"),
    "404": (404, "The model `tiny` does not exist."),
    "429": (429, "slow down", ("Retry-After", "3")),
    "429 for an hour": (429, "slow down", ("Retry-After", "3600")),
    "500": (500, f"the GPU fell off the bus; the key was {KEY}"),
    "too long": (400, TOO_LONG),
    "no such option": (400, "temperature must not be negative"),
}
# Requests with this option are refused.
LACKING = {"no guidance": "response_format", "no logprobs": "logprobs", "no streaming": "stream"}
# What is wrong with a reply whose status is 200.
REPLIES: dict[str, Callable[[dict[str, Any]], bytes]] = {
    "truncated": lambda whole: json.dumps(whole).encode()[:60],
    "not UTF-8": lambda whole: json.dumps(whole).encode().replace(b"Rye", b"\xff\xfe"),
    "no choices": lambda whole: json.dumps(whole | {"choices": []}).encode(),
    "no usage": lambda whole: json.dumps(whole | {"usage": None}).encode(),
    "a page": lambda _: b"<html>Welcome</html>",
}
