"""A server that speaks the CVE Services API as it is documented
(https://github.com/CVEProject/cve-services, api-docs/openapi.json), for one organisation, on
loopback; and that fails as real ones do."""

import contextlib
import json
import os
import re
import socket
import ssl
import subprocess
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

ORG = "LANTERN"
UUID = "6f6d8a5e-3c1f-4a52-9a3f-0d8d5cf41a11"
USER = "team@tests.example"
KEY = "S3CRET-KEY-0123456789"
PAGE = 2  # ids on a page of a list


def error(status, name, message, **more):
    return status, {"error": name, "message": message, **more}


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_arguments):
        pass

    def answer(self, status, body):
        data = body if isinstance(body, bytes) else json.dumps(body).encode()
        self.send_response(status)
        if status == 429 and self.server.state.retry:
            self.send_header("Retry-After", self.server.state.retry)
        self.send_header("Content-Type", "application/json; charset=utf-8")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def handle_any(self):
        state = self.server.state
        length = int(self.headers.get("Content-Length") or 0)
        raw = self.rfile.read(length)
        body = json.loads(raw) if raw else None
        with state.lock:
            state.seen.append((self.command, self.path, body))
            trouble = state.trouble.pop(0) if state.trouble and self.command in state.troubled else None
            if isinstance(trouble, tuple):
                return self.answer(*trouble)
            if trouble == "hang up first":
                return self.hang_up()
            status, answer = state.handle(self.command, self.path, self.headers, body)
        if trouble == "hang up":
            return self.hang_up()
        if trouble == "slow":
            time.sleep(4)
        if trouble == "not json":
            return self.answer(200, b"<html>")
        if trouble == "other":
            answer = json.loads(json.dumps(answer).replace("A frob is kept", "A frob is lost"))
        return self.answer(status, answer)

    def hang_up(self):
        self.close_connection = True
        self.connection.shutdown(socket.SHUT_RDWR)

    do_GET = do_POST = do_PUT = handle_any


class State:
    """What the server knows."""

    def __init__(self):
        self.lock = threading.Lock()
        self.seen = []
        self.trouble = []  # what goes wrong with the next changes, one after the other
        self.troubled = {"POST", "PUT"}
        self.retry = None
        self.quota = 100
        self.ids = {}  # CVE -> state
        self.owners = {}
        self.records = {}
        self.next = 1000

    def handle(self, method, path, headers, body):
        parts = urlsplit(path)
        names = parts.path.removeprefix("/api/").split("/")
        public = method == "GET" and names[0] == "cve" and len(names) == 2
        if not public:
            for name in ("CVE-API-ORG", "CVE-API-USER", "CVE-API-KEY"):
                if name not in headers:
                    return error(400, "BAD_REQUEST", f"{name} header field required.")
            if (headers["CVE-API-ORG"], headers["CVE-API-USER"], headers["CVE-API-KEY"]) != (ORG, USER, KEY):
                return error(401, "UNAUTHORIZED", "Unauthorized")
        query = {key: values[0] for key, values in parse_qs(parts.query).items()}
        if names == ["cve-id"]:
            return self.reserve(query) if method == "POST" else self.list(query)
        cve = names[1]
        if not re.fullmatch(r"CVE-\d{4}-\d{4,19}", cve):
            return error(400, "BAD_INPUT", "Parameters were invalid")
        if names[0] == "cve-id":
            return self.one(cve)
        if method == "GET":
            return (200, self.records[cve]) if cve in self.records else error(
                404, "CVE_RECORD_DNE", "The cve record for the cve id does not exist.")
        return self.change(method, cve, names[2], body)

    def row(self, cve):
        return {"cve_id": cve, "cve_year": cve[4:8], "state": self.ids[cve],
                "owning_cna": self.owners.get(cve, ORG),
                "requested_by": {"cna": ORG, "user": USER}, "reserved": "2021-07-01T00:00:00.000Z"}

    def add(self, cve, state="RESERVED", owner=ORG):
        self.ids[cve], self.owners[cve] = state, owner

    def reserve(self, query):
        amount = int(query.get("amount", 0))
        if amount < 1:
            return error(400, "NO_AMOUNT", "The amount query parameter is required and needs to be above 0.")
        if amount > 1 and query.get("batch_type") not in ("sequential", "nonsequential"):
            return error(400, "NO_BATCH_TYPE", "The batch_type query parameter must be specified.")
        if query.get("short_name") != ORG:
            return error(403, "ORG_CANNOT_RESERVE_FOR_OTHER", "not allowed to reserve IDs for another")
        room = self.quota - sum(state == "RESERVED" for state in self.ids.values())
        if room <= 0:
            return error(403, "EXCEEDED_ID_QUOTA",
                         "The amount requested would exceed the organization's ID quota.",
                         details={"id_quota": self.quota})
        made = []
        for _ in range(min(amount, room)):
            made.append(f"CVE-{query['cve_year']}-{self.next:05}")
            self.next += 1
            self.add(made[-1])
        rows = [self.row(cve) for cve in made]
        if len(made) < amount:
            return error(206, "RESERVED_PARTIAL_AMOUNT", "Only a partial amount of CVE IDs were reserved.",
                         details={"amount_reserved": len(made)}, cve_ids=rows)
        return 200, {"cve_ids": rows}

    def list(self, query):
        page = int(query.get("page", 1))
        ours = [cve for cve in sorted(self.ids) if self.owners.get(cve, ORG) == ORG
                and self.ids[cve] == query.get("state", self.ids[cve])]
        rows = [self.row(cve) for cve in ours[(page - 1) * PAGE : page * PAGE]]
        more = {"nextPage": page + 1 if page * PAGE < len(ours) else None} if len(ours) > PAGE else {}
        return 200, {"cve_ids": rows, **more}

    def one(self, cve):
        if cve not in self.ids:
            return error(404, "CVEID_DNE", "The cve id does not exist.")
        return 200, self.row(cve)

    def change(self, method, cve, what, body):
        if cve not in self.ids:
            return error(400, "CVEID_DNE", "The cve id does not exist.")
        if self.owners.get(cve, ORG) != ORG:
            return error(403, "CVEID_ORG_DOES_NOT_MATCH", f"The owning org of {cve} does not match user org.")
        if method == "POST" and cve in self.records:
            return error(403, "CVE_RECORD_EXISTS", "The cve record for the cve id already exists.")
        if method == "PUT" and cve not in self.records:
            return error(403, "CVE_RECORD_DNE", "The cve record for the cve id does not exist.")
        container = (body or {}).get("cnaContainer")
        needed = {"cna": ("descriptions", "affected", "references"), "reject": ("rejectedReasons",)}[what]
        if container is None or any(key not in container for key in needed):
            return error(400, "INVALID_JSON_SCHEMA", "CVE cnaContainer JSON schema validation FAILED.",
                         details={"errors": [{"instancePath": "/cnaContainer"}]})
        state = "PUBLISHED" if what == "cna" else "REJECTED"
        container = {**container, "providerMetadata": {"orgId": UUID, "shortName": ORG,
                                                       "dateUpdated": "2021-07-01T00:00:01.000Z"}}
        self.ids[cve] = state
        self.records[cve] = {"dataType": "CVE_RECORD", "dataVersion": "5.1.1",
                             "cveMetadata": {"cveId": cve, "assignerOrgId": UUID, "state": state},
                             "containers": {"cna": container}}
        key = "created" if method == "POST" else "updated"
        return 200, {"message": f"{cve} record was successfully {key}.", key: self.records[cve]}

    def changes(self):
        return [(method, path) for method, path, _ in self.seen if method != "GET"]


class Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, *_arguments):
        pass  # clients that hang up are what is tested


def listen():
    """Below the ports that the system gives out by itself."""
    at = 20000 + os.getpid() * 7 % 10000
    while True:
        with contextlib.suppress(OSError):
            return Server(("127.0.0.1", at), Handler)
        at += 1


@contextlib.contextmanager
def running(certificate=None):
    """A server; with (certificate, key) it speaks TLS."""
    server = listen()
    server.state = State()
    if certificate:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(*certificate)
        server.socket = context.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    server.state.url = f"http{'s' if certificate else ''}://127.0.0.1:{server.server_address[1]}/api"
    try:
        yield server.state
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def make_certificate(folder, name="127.0.0.1"):
    """A certificate that vouches for itself."""
    certificate, key = folder / "server.pem", folder / "server.key"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1",
         "-nodes", "-days", "30", "-subj", f"/CN={name}", "-addext", f"subjectAltName=IP:{name}",
         "-keyout", key, "-out", certificate],
        check=True, capture_output=True,
    )  # fmt: skip
    return certificate, key
