"""The world outside the site: a DNS server (nsd) with a zone of its own, and a mail exchanger that keeps what it gets."""

import os
import socket
import socketserver
import threading

from helio.process import Process


class Dns:
    """nsd on loopback, serving `zones`: {"elsewhere.test": "zone file text below the SOA"}."""

    def __init__(self, folder, port, zones):
        os.makedirs(folder, exist_ok=True)
        config = os.path.join(folder, "nsd.conf")
        lines = ["server:", f"  ip-address: 127.0.0.1@{port}", '  username: ""', f'  zonesdir: "{folder}"',
                 '  pidfile: ""', f'  xfrdfile: "{folder}/xfrd.state"', f'  zonelistfile: "{folder}/zone.list"',
                 "  server-count: 1", "remote-control:", "  control-enable: no"]
        for name, records in zones.items():
            with open(os.path.join(folder, name + ".zone"), "w", encoding="ascii") as file:
                file.write(f"$ORIGIN {name}.\n$TTL 60\n@ SOA ns.{name}. hostmaster.{name}. 1 3600 600 86400 60\n"
                           f"@ NS ns.{name}.\nns A 127.0.0.1\n{records}\n")
            lines += ["zone:", f'  name: "{name}"', f'  zonefile: "{name}.zone"']
        with open(config, "w", encoding="ascii") as file:
            file.write("\n".join(lines) + "\n")
        self.port = port
        self.process = Process("nsd", ["/usr/sbin/nsd", "-d", "-c", config], os.path.join(folder, "nsd.log"),
                               probe=self._accepts)

    def start(self):
        self.process.start()
        self.process.wait_ready()

    def stop(self):
        self.process.stop()

    def _accepts(self):
        try:
            socket.create_connection(("127.0.0.1", self.port), 1).close()
            return True
        except OSError:
            return False


class Exchanger:
    """An SMTP server without extensions but 8BITMIME; `refuse` maps a recipient to the reply it gets."""

    def __init__(self, port):
        self.messages = []  # (sender, [recipients], content with CRLF)
        self.refuse = {}
        self._arrived = threading.Condition()
        exchanger = self

        class Handler(socketserver.StreamRequestHandler):
            def handle(self):
                exchanger._serve(self.rfile, self.wfile)

        class Server(socketserver.ThreadingTCPServer):
            allow_reuse_address = True
            daemon_threads = True
        self._server = Server(("127.0.0.1", port), Handler)
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def close(self):
        self._server.shutdown()
        self._server.server_close()

    def wait_for(self, count, seconds=60):
        """Until `count` messages are here: whether they are."""
        with self._arrived:
            return self._arrived.wait_for(lambda: len(self.messages) >= count, seconds)

    def _serve(self, reader, writer):
        def say(text):
            writer.write(text.encode() + b"\r\n")
            writer.flush()
        sender, recipients = "", []
        say("220 mx.elsewhere.test ESMTP")
        for raw in reader:
            line = raw.decode("latin-1").rstrip("\r\n")
            verb = line.upper()
            if verb.startswith("EHLO"):
                say("250-mx.elsewhere.test\r\n250 8BITMIME")
            elif verb.startswith("MAIL FROM:"):
                sender, recipients = line[10:].split(">")[0].strip().lstrip("<"), []
                say("250 ok")
            elif verb.startswith("RCPT TO:"):
                address = line[8:].split(">")[0].strip().lstrip("<")
                say(self.refuse.get(address, "250 ok"))
                if address not in self.refuse:
                    recipients.append(address)
            elif verb == "DATA":
                say("354 go on")
                content = b""
                for part in reader:
                    if part == b".\r\n":
                        break
                    content += part[1:] if part.startswith(b".") else part
                with self._arrived:
                    self.messages.append((sender, recipients, content))
                    self._arrived.notify_all()
                say("250 taken")
            elif verb == "QUIT":
                say("221 bye")
                return
            elif verb == "RSET" or verb == "NOOP" or verb.startswith("HELO"):
                say("250 ok")
            else:
                say("502 no such command")
