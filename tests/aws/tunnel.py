"""A proxy that leads *.cloudfront.net to the emulator, so that agent, lab and customer use the very address the
stack gives out. It opens tunnels and reads nothing: TLS goes through it from end to end."""

from __future__ import annotations

import socket
import threading


class Tunnel:
    def __init__(self, emulator_port: int):
        self.to = ("127.0.0.1", emulator_port)
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self.listener.getsockname()[1]}"
        # While closed, the host cannot be reached: what an outage looks like from a studio.
        self.open = threading.Event()
        self.open.set()
        self.links: set[socket.socket] = set()
        threading.Thread(target=self._accept, daemon=True).start()

    def cut(self) -> None:
        """No new tunnel, and those there are end."""
        self.open.clear()
        for link in list(self.links):
            close(link)

    def mend(self) -> None:
        self.open.set()

    def _accept(self) -> None:
        while True:
            client, _ = self.listener.accept()
            threading.Thread(target=self._serve, args=(client,), daemon=True).start()

    def _serve(self, client: socket.socket) -> None:
        head = b""
        while b"\r\n\r\n" not in head and len(head) < 8192:
            piece = client.recv(4096)
            if not piece:
                return close(client)
            head += piece
        method, _, rest = head.partition(b" ")
        host = rest.partition(b" ")[0].partition(b":")[0]
        if method != b"CONNECT" or not host.endswith(b".cloudfront.net") or not self.open.is_set():
            client.sendall(b"HTTP/1.1 502 Bad Gateway\r\ncontent-length: 0\r\n\r\n")
            return close(client)
        host_side = socket.create_connection(self.to)
        client.sendall(b"HTTP/1.1 200 Connection established\r\n\r\n")
        self.links |= {client, host_side}
        threading.Thread(target=self._copy, args=(client, host_side), daemon=True).start()
        self._copy(host_side, client)

    def _copy(self, source: socket.socket, to: socket.socket) -> None:
        try:
            while data := source.recv(65536):
                to.sendall(data)
        except OSError:
            pass
        for end in (source, to):
            close(end)
            self.links.discard(end)


def close(link: socket.socket) -> None:
    try:
        link.shutdown(socket.SHUT_RDWR)
    except OSError:
        pass
    link.close()
