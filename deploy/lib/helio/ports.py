"""Where each listener of a site sits: fixed offsets for the quick start, free ports for tests."""

import random
import socket


class FixedPorts:
    """Ports base + offset, so that the quick start's endpoints are the same at each run."""

    OFFSETS = {
        "ldap": 389,
        "mta-inbound.smtp": 25, "mta-outbound.submission": 587, "mta-outbound.submissions": 465,
        "mmp.imap": 143, "mmp.imaps": 993, "mmp.pop3": 110, "mmp.pop3s": 995,
        "store-a.lmtp": 1225, "store-a.imap": 1143, "store-a.pop3": 1110, "store-a.grpc": 1780,
        "store-b.lmtp": 2225, "store-b.imap": 2143, "store-b.pop3": 2110, "store-b.grpc": 2780,
        "mta-inbound.admin": 3001, "mta-outbound.admin": 3002, "mmp.admin": 3003,
        "store-a.admin": 3004, "store-b.admin": 3005,
    }

    def __init__(self, base):
        self._base = base

    def get(self, name):
        return self._base + self.OFFSETS[name]

    def busy(self):
        """Names and numbers of ports that somebody else listens on."""
        taken = []
        for name, offset in self.OFFSETS.items():
            with socket.socket() as probe:
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                try:
                    probe.bind(("127.0.0.1", self._base + offset))
                except OSError:
                    taken.append((name, self._base + offset))
        return taken


class FreePorts:
    """Ports that nobody uses, below the kernel's ephemeral range; each name keeps its port.

    A UDP socket of the same number is held as a lock, so that test programs running side by side never choose alike; and
    those of a quick start, which may begin to listen a moment later, are left alone.
    """

    QUICK_START = range(21000, 25000)

    def __init__(self):
        self._ports = {}
        self._locks = {}

    def get(self, name):
        if name not in self._ports:
            self._ports[name] = self._reserve()
        return self._ports[name]

    def get_for_udp(self, name):
        """A port whose lock is given up: its user listens on UDP too."""
        port = self.get(name)
        self._locks.pop(port).close()
        return port

    def close(self):
        for lock in self._locks.values():
            lock.close()
        self._locks.clear()

    def _reserve(self):
        for _ in range(2000):
            port = random.randrange(10000, 32000)
            if port in self.QUICK_START:
                continue
            lock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
            try:
                lock.bind(("127.0.0.1", port))
                with socket.socket() as probe:
                    probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                    probe.bind(("127.0.0.1", port))
            except OSError:
                lock.close()
                continue
            self._locks[port] = lock
            return port
        raise RuntimeError("no free port found between 10000 and 32000")
